"""What payments refuse."""

from kalends.core.errors import Conflict, Malformed, Problem


class InvalidSignature(Malformed):
    code, status, title = "invalid-signature", 400, "This was not signed by the payment provider"


class UnknownGateway(Problem):
    code, status, title = "unknown-gateway", 422, "This marketplace does not take payments this way"


class AmountOutOfRange(Problem):
    code, status, title = "amount-out-of-range", 422, "The amount is outside the allowed range"


class RefundExceedsCapture(Conflict):
    code, status, title = "refund-exceeds-capture", 409, "No more can be refunded than was paid"


class RefundConflict(Conflict):
    code, status, title = "refund-conflict", 409, "This refund was already made with another amount"


class DeductionsExceedEscrow(Conflict):
    code, status, title = (
        "deductions-exceed-escrow",
        409,
        "Commission and taxes are more than what is left in escrow",
    )
