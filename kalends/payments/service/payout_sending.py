"""Sending a payout: written down in one unit, sent between units, its outcome applied in the next."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from kalends.core.failpoints import failpoint
from kalends.core.gateways import GatewayError, GatewayPayout, PayoutGateway
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import GATEWAY, ActorKind
from kalends.core.states import Order, fire
from kalends.core.stops import MONEY_OUT, Postponed, wait_while_stopped
from kalends.core.unit import Unit, open_unit

from ..processes import PAYOUTS
from ..repository import bank_accounts, payout_attempts, payouts
from ..rules.payout_verdicts import attempt_key
from .bank_checks import make_known
from .payout_apply import apply_payout, park_finding, refuse_payout
from .payout_gateways import payout_port

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is to be asked of the gateway. `fresh`: it cannot have heard of this attempt.

    `may_send`: nothing stops money from leaving now.
    """

    attempt: Any
    account_id: str
    amount: Money
    fresh: bool
    may_send: bool


class _Refused(Exception):
    """The gateway will not pay this; nothing has happened."""


async def send_payout(house: House, payout_id: UUID) -> bool:
    """Send an approved payout, or ask after one that was sent; whether it moved on.

    An outcome that nobody knows is asked for by the attempt's key, never sent under another. Raises
    GatewayError when the gateway's answer has to be waited for.
    """
    await _introduce_account(house, payout_id)
    async with open_unit(house) as unit:
        errand = await _prepare(unit, payout_id)
    if errand is None:
        return False
    port = payout_port(house, errand.attempt.gateway)
    if port is None:
        _log.warning("payout.no_gateway", payout_id=str(payout_id), gateway=errand.attempt.gateway)
        return False
    try:
        seen = await _carry_out(port, errand, house)
    except _Refused as refusal:
        async with open_unit(house, GATEWAY) as unit:
            return await refuse_payout(unit, errand.attempt, str(refusal))
    failpoint("payments.payout_sent")
    return seen is not None and await _apply(house, errand.attempt, seen)


async def ask_again(house: House, payout_id: UUID) -> bool:
    """Ask how a payout that the gateway knows stands now; whether it moved. Raises GatewayError."""
    async with open_unit(house, read_only=True) as unit:
        payout = await payouts.by_id(unit, payout_id)
        attempt = payout and await payout_attempts.of(unit, payout_id, payout.attempt)
    port = payout_port(house, attempt.gateway) if attempt else None
    if attempt is None or port is None or attempt.gateway_payout_id is None:
        return False
    return await _apply(house, attempt, await port.fetch_payout(attempt.gateway_payout_id))


async def _apply(house: House, attempt: Any, seen: GatewayPayout) -> bool:
    async with open_unit(house, GATEWAY) as unit:
        verdict = await apply_payout(unit, attempt, seen)
        if verdict.reason is not None:
            await park_finding(unit, attempt, verdict.reason)
    return bool(verdict.steps)


async def _introduce_account(house: House, payout_id: UUID) -> None:
    """An account that an operator vouched for may be new to the gateway."""
    async with open_unit(house, read_only=True) as unit:
        payout = await payouts.by_id(unit, payout_id)
        if payout is None or payout.state != "eligible" or payout.approved_at is None:
            return
        account = await bank_accounts.verified_of(unit, payout.provider_id)
    if account is not None and account.gateway_account_id is None:
        await make_known(house, account.id)


async def _prepare(unit: Unit, payout_id: UUID) -> _Errand | None:
    """The only way to the gateway: approved, not held, not cancelled, the account usable, nothing stopped."""
    payout = await payouts.lock(unit, payout_id)
    if payout is None or payout.state not in {"eligible", "processing"}:
        return None
    stopped = await _is_stopped(unit)
    fresh = payout.state == "eligible"
    if fresh:
        account = await bank_accounts.verified_of(unit, payout.provider_id)
        if stopped or payout.approved_at is None or not bank_accounts.usable(account, unit.now):
            return None
        if account is None or account.gateway_account_id is None:
            return None
        await fire(unit, PAYOUTS, payout_id, "send", Order(ActorKind.system))
        key = attempt_key(payout.id, payout.attempt)
        await payout_attempts.add(unit, payout, account, key)
    attempt = await payout_attempts.of(unit, payout_id, payout.attempt)
    assert attempt is not None
    account = await bank_accounts.by_id(unit, attempt.bank_account_id)
    assert account is not None
    amount = Money(payout.amount, payout.currency)
    return _Errand(attempt, account.gateway_account_id, amount, fresh, not stopped)


async def _carry_out(port: PayoutGateway, errand: _Errand, house: House) -> GatewayPayout | None:
    """Ask first whatever the gateway may know already. None: it knows nothing, and nothing may be sent."""
    attempt = errand.attempt
    if attempt.gateway_payout_id is not None:
        return await port.fetch_payout(attempt.gateway_payout_id)
    seen = None if errand.fresh else await port.find_payout(attempt.key)
    if seen is not None or not errand.may_send:
        return seen
    failpoint("payments.payout_sending")
    try:
        return await port.payout(
            account_id=errand.account_id,
            amount=errand.amount,
            key=attempt.key,
            narration=f"{house.profile.branding.name} payout",
        )
    except GatewayError as error:
        if error.unknown or error.retryable:
            raise
        raise _Refused(error.code or "refused") from error


async def _is_stopped(unit: Unit) -> bool:
    try:
        await wait_while_stopped(unit, MONEY_OUT)
    except Postponed:
        return True
    return False
