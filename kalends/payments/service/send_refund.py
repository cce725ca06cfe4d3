"""Sending a refund to its gateway: noted before the call, sent under its own name, applied after.

An unknown outcome is asked about under that name. A new name is taken only after a definite failure, and
then every earlier one is asked about first.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends.core.failpoints import failpoint
from kalends.core.gateways import GatewayError, GatewayRefund, PaymentGateway, RefundStatus
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import GATEWAY
from kalends.core.states import fire
from kalends.core.stops import MONEY_OUT, Postponed, wait_while_stopped
from kalends.core.unit import Unit, open_unit

from ..events import PaymentParked
from ..processes import REFUNDS
from ..repository import inbox, refunds
from ..rules.refund_verdicts import Judgement
from ..rules.refunds import gateway_keys, next_attempt_at
from ..types import Destination
from .gateways import port_of
from .refund import BY_RULE
from .refund_apply import apply_refund


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send, or to ask about: `keys` are the names of all attempts, the current one first."""

    refund: Any
    payment_id: str
    amount: Money
    keys: list[str]
    fresh: bool

    @property
    def key(self) -> str:
        return self.keys[0]


async def send_refund(house: House, refund_id: UUID) -> Judgement | None:
    """Send an approved refund, or one that failed and is due again; ask about one that was sent.

    None when there is nothing to do. Raises GatewayError while the gateway does not say what became of it.
    """
    async with open_unit(house) as unit:
        letter = await _take_up(unit, refund_id)
    if letter is None:
        return None
    seen, earlier = await _ask_or_send(port_of(house, letter.refund.gateway), letter)
    failpoint("payments.refund_sent")
    async with open_unit(house, GATEWAY) as unit:
        judgement = await apply_refund(unit, refund_id, seen, adopt=earlier)
        if judgement.reason is not None:
            await _park_finding(unit, (letter.refund.gateway, seen.refund_id), judgement.reason)
    return judgement


async def _take_up(unit: Unit, refund_id: UUID) -> Letter | None:
    """Note that it is being sent, before it is. While money out is stopped, nothing new begins."""
    refund = await refunds.lock(unit, refund_id)
    if refund is None or refund.destination != Destination.original_method:
        return None
    step = _next_step(unit, refund)
    if step is not None:
        try:
            await wait_while_stopped(unit, MONEY_OUT)
        except Postponed:
            return None
        await fire(unit, REFUNDS, refund_id, step, BY_RULE)
    elif refund.state != "processing":
        return None
    return await letter_of(unit, refund_id, fresh=step == "process")


def _next_step(unit: Unit, refund: Any) -> str | None:
    if refund.state == "approved":
        return "process"
    left = refund.attempt < unit.profile.refund.max_attempts
    if refund.state == "failed" and left:
        pause = timedelta(minutes=unit.profile.payments.open_payment_minutes)
        due = next_attempt_at(refund.state_since, refund.attempt, pause) <= unit.now
        return "retry" if due else None
    return None


async def letter_of(unit: Unit, refund_id: UUID, *, fresh: bool = False) -> Letter:
    """What the gateway knows, or is to know, the refund by."""
    refund = await refunds.reread(unit, refund_id)
    return Letter(
        refund,
        await refunds.gateway_payment_id(unit, refund_id),
        Money(refund.amount, refund.currency),
        gateway_keys(refund.id, refund.attempt),
        fresh,
    )


async def find_living(port: PaymentGateway, letter: Letter) -> GatewayRefund | None:
    """What the gateway has of it that has not failed, whichever attempt it was of. Raises GatewayError."""
    paid, named = letter.payment_id, letter.refund.gateway_refund_id
    seen = [await port.find_refund(payment_id=paid, key=key) for key in letter.keys]
    if named is not None:
        seen.append(await port.fetch_refund(payment_id=paid, refund_id=named))
    return next((one for one in seen if one and one.status is not RefundStatus.failed), None)


async def _ask_or_send(port: PaymentGateway, letter: Letter) -> tuple[GatewayRefund, bool]:
    """The gateway's view, and whether it is of an earlier attempt than the current one."""
    known = letter.refund.gateway_refund_id
    if known is not None:
        seen = await port.fetch_refund(payment_id=letter.payment_id, refund_id=known)
        return seen, False
    for key in [] if letter.fresh else letter.keys:
        found = await port.find_refund(payment_id=letter.payment_id, key=key)
        if found and (key == letter.key or found.status is not RefundStatus.failed):
            return found, key != letter.key
    return await _send(port, letter), False


async def _send(port: PaymentGateway, letter: Letter) -> GatewayRefund:
    """Send it. A refusal is a failure, unless the gateway has made the refund after all."""
    failpoint("payments.refund_sending")
    try:
        return await port.refund(payment_id=letter.payment_id, amount=letter.amount, key=letter.key)
    except GatewayError as error:
        if error.unknown or error.retryable:
            raise
        found = await port.find_refund(payment_id=letter.payment_id, key=letter.key)
        return found or _refused(letter, error.code or str(error))


def _refused(letter: Letter, why: str) -> GatewayRefund:
    """A refund that the gateway knows nothing of: it has no id there."""
    return GatewayRefund("", letter.payment_id, RefundStatus.failed, letter.amount, letter.key, why)


async def _park_finding(unit: Unit, where: tuple[str, str], reason: str) -> None:
    found = await inbox.park_refund(unit, *where, reason)
    if found is not None:
        unit.emit(PaymentParked(inbox_id=found, reason=reason))
