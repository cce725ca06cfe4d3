"""Named points where a test may kill the process. They do nothing unless KALENDS_FAILPOINT names one.

`KALENDS_FAILPOINT=payments.captured:3` kills the process with SIGKILL at the third pass. Development
only: in production the variable is not read.
"""

import os
import signal
from collections import Counter

NAMES: set[str] = {
    "unit.before_commit",
    "unit.after_commit",
    "bookings.created",
    "payments.order_created",
    "payments.webhook_stored",
    "payments.captured",
    "payments.refunded",
    "payments.refund_sending",
    "payments.refund_sent",
    "payments.payout_sending",
    "payments.payout_sent",
    "payments.payout_booked",
    "payments.dispute_booked",
    "bookings.released",
    "notifications.before_send",
    "notifications.after_send",
    "sandbox.captured",
}
_passes: Counter[str] = Counter()
_armed: str | None = None
_at = 0


def arm_from_environment(*, production: bool) -> None:
    """Read KALENDS_FAILPOINT once, at start-up."""
    global _armed, _at
    value = "" if production else os.environ.get("KALENDS_FAILPOINT", "")
    name, _, count = value.partition(":")
    _armed, _at = (name, int(count or 1)) if name in NAMES else (None, 0)


def failpoint(name: str) -> None:
    """Die here, if a test asked for it."""
    if _armed == name:
        _passes[name] += 1
        if _passes[name] >= _at:
            os.kill(os.getpid(), signal.SIGKILL)
