"""What a booking froze is read back as it was, however long ago it was written."""

import json
from datetime import UTC, datetime, timedelta

from kalends.bookings import MACHINE
from kalends.bookings.rules.policy import Policy, minutes_of, payment_terms, release_rule
from kalends.core.profile import load_profile, parse_profile

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
# As the first bookings wrote it.
OLDEST = {
    "minutes": {"hold": 15, "reminder": 1440, "release": 0, "close": 10080},
    "tiers": [{"over_hours": 48, "percent": 75, "inclusive": False}],
    "provider_fault_percent": 100,
    "fee_to": "provider",
    "commission_bp": 0,
    "taxes": [],
}


def test_the_oldest_policy_knows_no_deposit_and_releases_at_the_end() -> None:
    policy = Policy.read(OLDEST)
    assert (policy.release_on, policy.payment, policy.minutes["hold"]) == ("end_time", {}, 15)
    rental = MACHINE.processes["rental"]  # the only kind that there was
    clocks = {t.clock for t in rental.transitions if t.clock}
    names = {getattr(c, "policy", None) or getattr(c, "before", None) for c in clocks} - {None}
    assert names <= minutes_of(OLDEST).keys(), "no timer of an old booking lacks its minutes"


def test_what_is_written_is_what_is_read() -> None:
    data = load_profile("hall-booking").model_dump(mode="json")
    data["payments"] |= {"schedule": "deposit", "deposit_percent": 30, "balance_due_hours": 10}
    data["escrow"] |= {"release_on": "customer_confirm", "auto_release_hours": 6}
    policy = Policy.of(parse_profile(data), now=NOW, start=NOW + timedelta(days=3))
    stored = json.loads(json.dumps(policy.write()))
    assert Policy.read(stored) == policy
    assert payment_terms(stored) == {"percent": 30, "balance_due_hours": 10}
    assert release_rule(stored) == "customer_confirm"
    minutes = minutes_of(stored)
    assert (minutes["balance_due"], minutes["balance_end"]) == (600, 0), "no grace after the start"
    assert minutes["auto_release"] == 360
