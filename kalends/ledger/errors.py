"""What the journal refuses."""

from kalends.core.errors import Conflict


class InsufficientFunds(Conflict):
    code, status, title = "insufficient-funds", 409, "There is not enough money on the account"


class LedgerConflict(RuntimeError):
    """A key was used for another posting: a bug of the caller, that nobody outside can cause."""
