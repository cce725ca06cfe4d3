"""How the journal's kinds read in a wallet."""

from ..types import MovementStatus, MovementType

CAPTURE, WALLET_PAYMENT, TOP_UP, REFUND = "capture", "wallet_payment", "top_up", "refund"
ADJUSTMENT, RELEASE = "adjustment", "release"


def movement_type(kind: str, amount: int) -> MovementType:
    """The word for a movement: what it was, or in which direction it went."""
    special = {REFUND: MovementType.REFUND, ADJUSTMENT: MovementType.ADMIN_ADJUSTMENT}
    return special.get(kind, MovementType.CREDIT if amount > 0 else MovementType.DEBIT)


def top_up_status(state: str) -> MovementStatus:
    """The status of a top-up that has not arrived."""
    return MovementStatus.PENDING if state == "created" else MovementStatus.FAILED
