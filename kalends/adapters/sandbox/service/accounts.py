"""Bank accounts, and whether they exist."""

import hashlib

from kalends.core.errors import NotFound
from kalends.core.gateways import BankDetails, CheckStatus
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from ..errors import SandboxKeyReused
from ..names import new_name
from ..repository import accounts
from ..rules import CHECK, check_process
from ..types import AccountFacts, CheckFacts

ENDING = 4
_STEPS = {
    CheckStatus.verified: "verify",
    CheckStatus.rejected: "reject",
    CheckStatus.unclear: "give_up",
}


async def add_account(unit: Unit, bank: BankDetails) -> AccountFacts:
    """Make an account known, or find the one with these details."""
    facts = f"{bank.country}|{bank.routing}|{bank.account_number}|{bank.holder}"
    fingerprint = hashlib.sha256(facts.encode()).hexdigest()
    values = {
        "id": new_id(),
        "account_id": new_name("fa"),
        "fingerprint": fingerprint,
        "holder": bank.holder,
        "ending": bank.account_number[-ENDING:],
        "created_at": unit.now,
    }
    await accounts.add(unit.session, values)
    account = await accounts.by_fingerprint(unit.session, fingerprint)
    assert account is not None  # inserted, or there before; for the type checker
    return account


async def get_account(unit: Unit, account_id: str) -> AccountFacts:
    """Raises NotFound."""
    account = await accounts.by_account_id(unit.session, account_id)
    if account is None:
        raise NotFound
    return account


async def check(unit: Unit, account_id: str, key: str) -> CheckFacts:
    """Ask the bank about an account, once per key. Raises NotFound, SandboxKeyReused."""
    account = await get_account(unit, account_id)
    row = await accounts.add_check(
        unit.session,
        {
            "id": new_id(),
            "process": check_process(account.ending),
            "state": "pending",
            "state_since": unit.now,
            "version": 1,
            "check_id": new_name("fav"),
            "key": key,
            "account_id": account.id,
            "created_at": unit.now,
        },
    )
    if row is not None:
        await begin(unit, MACHINES[CHECK], row, ActorKind.gateway)
    known = await accounts.check_by_key(unit.session, key)
    if known is None or known.account_id != account_id:
        raise SandboxKeyReused(f"key {key} was used for another account")
    return known


async def get_check(unit: Unit, check_id: str) -> CheckFacts:
    """Raises NotFound."""
    found = await accounts.check_by_id(unit.session, check_id)
    if found is None:
        raise NotFound
    return found


async def end_check(
    unit: Unit, check_id: str, status: CheckStatus, name: str | None = None
) -> CheckFacts:
    """The bank's answer. Raises NotFound, TransitionNotAllowed."""
    known = await get_check(unit, check_id)
    answer = Order(ActorKind.gateway, input=name)
    await fire(unit, MACHINES[CHECK], known.id, _STEPS[status], answer)
    return await get_check(unit, check_id)
