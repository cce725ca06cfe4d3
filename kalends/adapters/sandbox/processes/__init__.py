"""The lives of orders, refunds, checks, payouts and disputes at the provider, and what each step does."""

from .accounts import MACHINE as CHECK_MACHINE
from .disputes import MACHINE as DISPUTE_MACHINE
from .orders import MACHINE as ORDER_MACHINE
from .payouts import MACHINE as PAYOUT_MACHINE
from .refunds import MACHINE as REFUND_MACHINE

__all__ = ["CHECK_MACHINE", "DISPUTE_MACHINE", "ORDER_MACHINE", "PAYOUT_MACHINE", "REFUND_MACHINE"]
