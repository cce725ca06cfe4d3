"""What payments refuse."""

from kalends.core.errors import Conflict, Malformed, Problem


class InvalidSignature(Malformed):
    code, status, title = "invalid-signature", 400, "This was not signed by the payment provider"


class UnknownGateway(Problem):
    code, status, title = "unknown-gateway", 422, "This marketplace does not take payments this way"


class AmountOutOfRange(Problem):
    code, status, title = "amount-out-of-range", 422, "The amount is outside the allowed range"


class RefundExceedsCapture(Conflict):
    code, status, title = "refund-exceeds-capture", 409, "Less than that is left of the payment"


class NotRefundable(Conflict):
    code, status, title = "not-refundable", 409, "There is nothing here that can be given back"


class RefundMayArrive(Conflict):
    code, status, title = "refund-may-arrive", 409, "The payment provider has this refund after all"


class RefundAlreadyRequested(Conflict):
    code, status, title = "refund-already-requested", 409, "This refund has been asked for"


class AnotherOperatorDecides(Conflict):
    code, status, title = "another-operator-decides", 409, "Somebody else has to approve this"


class RefundConflict(ValueError):
    """A refund's key was used for another refund: a bug of the caller."""


class DeductionsExceedEscrow(ValueError):
    """Commission and taxes are more than what is left in escrow: a bug of the caller."""


class UnknownProvider(Problem):
    code, status, title = "which-provider", 422, "Say which provider this is about"


class NoBankAccount(Conflict):
    code, status, title = "no-bank-account", 409, "There is no verified bank account to pay out to"


class BankAccountOnHold(Conflict):
    code, status, title = (
        "bank-account-on-hold",
        409,
        "The bank account was changed a short while ago",
    )


class PayoutTooSmall(Problem):
    code, status, title = "payout-too-small", 422, "The amount is below the smallest payout"


class PayoutExceedsAvailable(Conflict):
    code, status, title = "payout-exceeds-available", 409, "There is less than that to be paid out"


class PayoutAlreadyApproved(Conflict):
    code, status, title = "payout-already-approved", 409, "This payout has been approved already"


class HeldByDispute(Conflict):
    code, status, title = "held-by-dispute", 409, "A dispute holds this payout until it is decided"


class PayoutsPaused(Problem):
    code, status, title = "payouts-paused", 503, "Money does not leave while the books are checked"


class MilestoneNotDue(Conflict):
    code, status, title = (
        "milestone-not-due",
        409,
        "This payout does not wait for you to ask for it",
    )


class MilestoneNotCovered(Conflict):
    code, status, title = "milestone-not-covered", 409, "A refund of this money is being decided"


class PayoutNotApproved(ValueError):
    """A payout was to be sent that nobody approved: a bug of the caller."""


class MilestonesExceedEscrow(ValueError):
    """Milestones were to be made of more than lies unclaimed in the subject's escrow: a bug of the caller."""


class AlreadyExplained(Conflict):
    code, status, title = "already-explained", 409, "Somebody has explained this, or it vanished"
