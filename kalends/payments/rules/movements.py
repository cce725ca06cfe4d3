"""How the journal's kinds read in a wallet."""

from uuid import UUID

from ..types import MovementStatus, MovementType

CAPTURE, WALLET_PAYMENT, TOP_UP, REFUND = "capture", "wallet_payment", "top_up", "refund"
ADJUSTMENT, RELEASE, CLAWBACK = "adjustment", "release", "clawback"
# To the original method: the money leaves escrow at once, the gateway when it says so; a failure brings it back.
REFUND_SENT, REFUND_RETURNED = "refund_sent", "refund_returned"
HOLD, LET_GO, CHARGEBACK, FEE, TIP = "hold", "let_go", "chargeback", "gateway_fee", "tip"
TRANSFER = "own_bank_transfer"
PAYOUT, PAYOUT_PAID, PAYOUT_FAILED = "payout", "payout_paid", "payout_failed"
PAYOUT_CANCELLED, PAYOUT_REVERSED = "payout_cancelled", "payout_reversed"


def tip_key(payment_id: UUID) -> str:
    """The cause under which a tip went on to whom it is for."""
    return f"{TIP}:payment:{payment_id}"


def movement_type(kind: str, amount: int) -> MovementType:
    """The word for a movement: what it was, or in which direction it went."""
    special = {
        REFUND: MovementType.REFUND,
        CLAWBACK: MovementType.REFUND,  # into a wallet: a refund of money that a provider had
        ADJUSTMENT: MovementType.ADMIN_ADJUSTMENT,
    }
    return special.get(kind, MovementType.CREDIT if amount > 0 else MovementType.DEBIT)


def top_up_status(state: str) -> MovementStatus:
    """The status of a top-up that has not arrived."""
    return MovementStatus.PENDING if state == "created" else MovementStatus.FAILED
