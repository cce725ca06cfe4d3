"""What the journal refuses."""

from kalends.core.errors import Conflict


class InsufficientFunds(Conflict):
    code, status, title = "insufficient-funds", 409, "There is not enough money on the account"


class LedgerConflict(Conflict):
    code, status, title = "ledger-conflict", 409, "This cause was already posted differently"
