"""What RazorpayX says of payouts and bank accounts, and what it is told."""

import pytest

from kalends.adapters.razorpay import banking
from kalends.adapters.razorpay.answers import Misshapen
from kalends.core.gateways import BankDetails, CheckStatus, GatewayError, PayoutStatus


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", PayoutStatus.processing),
        ("pending", PayoutStatus.processing),
        ("scheduled", PayoutStatus.processing),
        ("processing", PayoutStatus.processing),
        ("processed", PayoutStatus.processed),
        ("failed", PayoutStatus.failed),
        ("rejected", PayoutStatus.failed),
        ("cancelled", PayoutStatus.failed),
        ("reversed", PayoutStatus.reversed),
    ],
)
def test_every_state_of_a_payout_has_its_meaning(status, expected):
    assert banking.read_payout(payout(status)).status is expected


def payout(status, reason=None):
    details = {"description": "said", "source": "bank", "reason": reason}
    made = {"id": "pout_A", "amount": 500, "currency": "INR", "status": status, "fees": None}
    return made | {"reference_id": "", "utr": "null", "status_details": details}


def test_a_payout_in_an_unknown_state_is_never_guessed_at():
    with pytest.raises(Misshapen):
        banking.read_payout(payout("teleported"))


@pytest.mark.parametrize(
    ("reason", "permanent"),
    [
        ("bank_account_closed", True),
        ("invalid_ifsc_code", True),
        ("transaction_limit_exceeded", True),
        ("imps_not_allowed", True),
        ("beneficiary_bank_offline", False),
        ("npci_beneficiary_timeout", False),
        ("low_balance", False),
        ("something_new", False),
        (None, False),
    ],
)
def test_only_the_accounts_own_faults_are_permanent(reason, permanent):
    failed = banking.read_payout(payout("failed", reason))
    assert (failed.permanent, failed.reason) == (permanent, reason or "said")
    assert banking.read_payout(payout("reversed", reason)).permanent is permanent
    assert not banking.read_payout(payout("processing", reason)).permanent
    assert (failed.key, failed.bank_reference, failed.fee) == (None, None, 0)


@pytest.mark.parametrize("shape", ["results", "validation_results"])
@pytest.mark.parametrize(
    ("status", "account", "expected"),
    [
        ("created", None, CheckStatus.pending),
        ("completed", "active", CheckStatus.verified),
        ("completed", "valid", CheckStatus.verified),
        ("completed", "invalid", CheckStatus.rejected),
        ("completed", None, CheckStatus.unclear),
        ("failed", None, CheckStatus.unclear),
    ],
)
def test_a_check_is_read_under_both_of_its_names(shape, status, account, expected):
    results = {"account_status": account, "registered_name": "ASHA RAO"}
    check = {"id": "fav_A", "fund_account": {"id": "fa_A"}, "status": status, shape: results}
    seen = banking.read_check(check)
    assert (seen.status, seen.registered_name) == (expected, "ASHA RAO")
    with pytest.raises(Misshapen):
        banking.read_check(check | {"status": "dreamt"})


@pytest.mark.parametrize(
    ("wish", "narration"),
    [
        ("Booking 7f3c1a", "Booking 7f3c1a"),
        ("  Böoking #7/3 \n now ", "Booking 7 3 now"),
        ("x" * 40, "x" * 30),
        ("a" * 29 + " bc", "a" * 29),
        ("नमस्ते", "Payout"),
        ("", "Payout"),
    ],
)
def test_a_narration_is_made_printable(wish, narration):
    assert banking.clean_narration(wish) == narration


@pytest.mark.parametrize(
    ("amount", "mode"), [(100, "IMPS"), (50_000_000, "IMPS"), (50_000_001, "RTGS")]
)
def test_the_amount_decides_the_way_of_a_payout(amount, mode):
    assert banking.mode_of(amount) == mode


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"country": "NG"}, "unsupported_country"),
        ({"routing": "HDFC1000053"}, "invalid_ifsc_code"),
        ({"routing": "hdfc0000053"}, "invalid_ifsc_code"),
        ({"account_number": "1234"}, "bank_account_invalid"),
        ({"account_number": "1234 5678"}, "bank_account_invalid"),
    ],
)
def test_details_that_cannot_be_right_are_refused_before_they_are_sent(change, code):
    right = {"holder": "Asha Rao", "account_number": "123456789", "routing": "HDFC0000053"}
    banking.check_details(BankDetails(**right))
    with pytest.raises(GatewayError) as refused:
        banking.check_details(BankDetails(**(right | change)))
    assert (refused.value.code, refused.value.unknown) == (code, False)
