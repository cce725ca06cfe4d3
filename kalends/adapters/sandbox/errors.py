"""What the provider refuses."""

from kalends.core.errors import Conflict


class SandboxKeyReused(Conflict):
    code, status, title = (
        "sandbox-key-reused",
        409,
        "This reference or key belongs to another order or refund",
    )


class SandboxRefundRefused(Conflict):
    code, status, title = "sandbox-refund-refused", 409, "The provider refuses this refund"
