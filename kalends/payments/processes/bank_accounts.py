"""The machine of bank accounts."""

from kalends.core.states import Machine, Move, register

from ..events import BankAccountRejected, BankAccountVerified
from ..models import bank_account_history
from ..repository import bank_accounts
from ..rules.payout_processes import BANK_ACCOUNT


async def _tell(move: Move) -> None:
    account = move.subject
    ids = {"bank_account_id": account.id, "provider_id": account.provider_id}
    if move.transition.name == "verify":
        row = await bank_accounts.by_id(move.unit, account.id)
        assert row is not None
        move.unit.emit(BankAccountVerified(**ids, usable_from=row.usable_from))
    else:
        move.unit.emit(BankAccountRejected(**ids))


BANK_ACCOUNTS = register(
    Machine(
        name="bank_account",
        table=bank_accounts.BANK_ACCOUNTS,
        history=bank_account_history,
        lock=bank_accounts.lock,
        processes={BANK_ACCOUNT.name: BANK_ACCOUNT},
        effects={"tell": _tell},
    )
)
