"""Whether a bank account exists and is the provider's: asked of the bank, through the gateway."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog

from kalends.core.gateways import AccountCheck, CheckStatus, GatewayError, PayoutGateway
from kalends.core.house import House
from kalends.core.principal import GATEWAY, ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit, open_unit

from ..processes import BANK_ACCOUNTS
from ..repository import bank_accounts, inbox
from ..rules.bank_accounts import compare_names
from ..types import NameMatch, Reconciled
from .bank_accounts import locked, make_rejected, make_verified, opened, sealed
from .inbox_marks import ignore
from .payout_gateways import payout_gateway, payout_port

MAX_CHECKS = 5  # then an operator decides
OTHER_NAME = "the bank knows this account under another name"
NOT_FOUND = "the bank does not know this account"
_log = structlog.get_logger()


async def verify_bank_account(house: House, account_id: UUID) -> bool:
    """Make the account known to the gateway, ask about it, apply the answer; whether that changed it.

    Raises GatewayError when the answer has to be waited for. A gateway that refuses to check leaves the
    account to an operator.
    """
    async with open_unit(house, read_only=True) as unit:
        row = await bank_accounts.by_id(unit, account_id)
    if row is None or row.state != "pending" or row.check_attempt > MAX_CHECKS:
        return False
    try:
        check = await _look(house, row)
    except GatewayError as error:
        if error.unknown or error.retryable:
            raise
        await _leave_to_operator(house, account_id, error)
        return False
    if check is None:
        return False
    async with open_unit(house, GATEWAY) as unit:
        return await apply_check(unit, row, check)


async def make_known(house: House, account_id: UUID) -> None:
    """Give the details to the gateway, unless it knows them. Raises GatewayError."""
    async with open_unit(house, read_only=True) as unit:
        row = await bank_accounts.by_id(unit, account_id)
    if row is not None and row.gateway_account_id is None:
        await _known(house, row)


async def apply_check(unit: Unit, asked: Any, check: AccountCheck) -> bool:
    """Move the account to where the bank's answer puts it; whether it moved. A repeat changes nothing.

    `asked` is the account as it was when the bank was asked.
    """
    row = await locked(unit, asked.id)
    if row.state != "pending" or row.check_attempt != asked.check_attempt:
        return False
    match = compare_names(opened(unit, row).holder, check.registered_name)
    facts: dict[str, Any] = {"check_id": check.check_id, "name_match": match}
    if check.registered_name:
        name = sealed(unit, row.id, "registered_name", check.registered_name)
        facts["registered_name"] = name
    await bank_accounts.note(unit, row.id, **facts)
    return await _decide(unit, row, check, match)


async def handle_account_news(house: House, item: Any) -> None:
    """A webhook about a check: ask how it stands. Raises GatewayError; the event then stays `received`."""
    async with open_unit(house, read_only=True) as unit:
        row = await bank_accounts.by_check(unit, item.gateway, item.object_id or "")
    if row is None:  # it moves no money, and what we wait for is asked about anyway
        await ignore(house, item, "not a check of ours")
        return
    check = await _look(house, row) if row.state == "pending" else None
    async with open_unit(house, GATEWAY) as unit:
        if check is not None:
            await apply_check(unit, row, check)
        await inbox.settle(unit, item.id, inbox.PROCESSED)


async def ask_open_checks(house: House) -> Reconciled:
    """Ask about every account that has waited too long for the bank's answer."""
    too_long = timedelta(minutes=house.profile.payments.open_payment_minutes)
    async with open_unit(house, read_only=True) as unit:
        waiting = await bank_accounts.waiting(unit, too_long)
    changed = unanswered = 0
    for account_id in waiting:
        try:
            changed += await verify_bank_account(house, account_id)
        except GatewayError as error:
            unanswered += 1
            _log.warning("bank_check.unanswered", bank_account_id=str(account_id), code=error.code)
    return Reconciled(asked=len(waiting), changed=changed, unanswered=unanswered)


async def _decide(unit: Unit, row: Any, check: AccountCheck, match: NameMatch) -> bool:
    if check.status is CheckStatus.pending:
        return False
    if check.status is CheckStatus.unclear:
        await bank_accounts.note(
            unit, row.id, check_attempt=row.check_attempt + 1, check_id=None, reason=check.reason
        )
        order = Order(ActorKind.gateway, "the bank could not tell")
        await fire(unit, BANK_ACCOUNTS, row.id, "recheck", order)
        if row.check_attempt < MAX_CHECKS:
            unit.defer("payments.verify_bank_account", bank_account_id=str(row.id))
    elif check.status is CheckStatus.rejected:
        await make_rejected(unit, row, Order(ActorKind.gateway, check.reason or NOT_FOUND))
    elif match is NameMatch.different:
        await make_rejected(unit, row, Order(ActorKind.gateway, OTHER_NAME))
    else:
        await make_verified(unit, row, Order(ActorKind.gateway))
    return True


async def _look(house: House, row: Any) -> AccountCheck | None:
    port = payout_port(house, row.gateway or payout_gateway(house))
    if port is None:
        return None
    account_id = row.gateway_account_id or await _known(house, row)
    if row.check_id is not None:
        return await port.fetch_account_check(account_id=account_id, check_id=row.check_id)
    key = str(row.id if row.check_attempt == 1 else uuid5(row.id, str(row.check_attempt)))
    currency = house.profile.currency
    return await port.check_account(account_id=account_id, key=key, currency=currency)


async def _known(house: House, row: Any) -> str:
    name = row.gateway or payout_gateway(house)
    port = payout_port(house, name)
    if port is None:
        raise GatewayError("no gateway of this marketplace pays out", retryable=True)
    account_id = await _create(house, port, row)
    async with open_unit(house, GATEWAY) as unit:
        await bank_accounts.note(unit, row.id, gateway=name, gateway_account_id=account_id)
    return account_id


async def _create(house: House, port: PayoutGateway, row: Any) -> str:
    async with open_unit(house, read_only=True) as unit:
        details = opened(unit, row)
    return await port.create_payout_account(bank=details, reference=str(row.id))


async def _leave_to_operator(house: House, account_id: UUID, error: GatewayError) -> None:
    _log.warning("bank_check.refused", bank_account_id=str(account_id), code=error.code)
    async with open_unit(house, GATEWAY) as unit:
        reason = error.code or "the gateway does not check accounts"
        await bank_accounts.note(unit, account_id, check_attempt=MAX_CHECKS + 1, reason=reason)
