"""What payments refuse."""

from kalends.core.errors import Malformed, Problem


class InvalidSignature(Malformed):
    code, status, title = "invalid-signature", 400, "This was not signed by the payment provider"


class UnknownGateway(Problem):
    code, status, title = "unknown-gateway", 422, "This marketplace does not take payments this way"


class AmountOutOfRange(Problem):
    code, status, title = "amount-out-of-range", 422, "The amount is outside the allowed range"


class RefundExceedsCapture(ValueError):
    """More was to be refunded than is left of the captured payments: a bug of the caller."""


class RefundConflict(ValueError):
    """A refund's key was used for another refund: a bug of the caller."""


class DeductionsExceedEscrow(ValueError):
    """Commission and taxes are more than what is left in escrow: a bug of the caller."""
