"""What the provider refuses."""

from kalends.core.errors import Conflict


class SandboxKeyReused(Conflict):
    code, status, title = (
        "sandbox-key-reused",
        409,
        "This reference or key belongs to another order, refund, check or payout",
    )


class SandboxCaptureRefused(Conflict):
    code, status, title = "sandbox-capture-refused", 409, "The provider cannot take this money"


class SandboxRefundRefused(Conflict):
    code, status, title = "sandbox-refund-refused", 409, "The provider refuses this refund"


class SandboxDisputeRefused(Conflict):
    code, status, title = "sandbox-dispute-refused", 409, "There is less to dispute than that"
