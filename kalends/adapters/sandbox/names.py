"""The provider's ids."""

from kalends.core.ids import new_id


def new_name(prefix: str) -> str:
    """A fresh id in the provider's style, such as `pay_0190…`."""
    return f"{prefix}_{new_id().hex}"
