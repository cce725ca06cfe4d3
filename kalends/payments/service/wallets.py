"""Wallets: a view of the journal, with the top-ups that have not arrived beside it."""

from typing import Any
from uuid import UUID

from kalends import ledger
from kalends.core import audit
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, id_after, slice_of
from kalends.core.principal import Principal
from kalends.core.unit import Unit, open_unit
from kalends.core.wire import subject
from kalends.identity import get_person

from ..errors import AmountOutOfRange
from ..repository import payments
from ..rules import movements
from ..types import (
    TOP_UP,
    WALLET,
    Adjustment,
    Movement,
    MovementStatus,
    MovementType,
    PaymentFacts,
    PaymentRequest,
    Reach,
    WalletFacts,
)
from .gateways import default_gateway
from .request_payment import place_order, request_payment


async def wallet_of(unit: Unit, user_id: UUID) -> WalletFacts:
    """A user's one wallet, known by the user's id. Raises NotFound for no such user."""
    await get_person(unit, user_id)
    account = await ledger.find_account(unit, ledger.wallet(user_id))
    waiting = await payments.count_unfinished_top_ups(unit, user_id)
    # A job opens the wallet of somebody who signs up; until it has run, it is as if opened now.
    return WalletFacts(
        wallet_id=user_id,
        user_id=user_id,
        balance=account.balance if account else Money.zero(unit.profile.currency),
        transactions_count=(account.lines if account else 0) + waiting,
        created_at=account.created_at if account else unit.now,
        updated_at=account.updated_at if account else unit.now,
    )


async def open_wallet(unit: Unit, user_id: UUID) -> None:
    """Give a user a wallet with nothing in it."""
    await ledger.open_account(unit, ledger.wallet(user_id))


async def balance_of(unit: Unit, user_id: UUID) -> Money:
    return await ledger.balance(unit, ledger.wallet(user_id))


async def movements_of(unit: Unit, user_id: UUID, reach: Reach) -> tuple[Slice[Movement], int]:
    """The wallet's lines, newest first, and how many there are. Raises Invalid for a foreign cursor."""
    before, wanted = id_after(reach.cursor), reach.offset + reach.limit + 1
    wallet = ledger.wallet(user_id)
    booked = await ledger.newest_lines(unit, wallet, before, wanted)
    waiting = await payments.unfinished_top_ups(unit, user_id, before=before, limit=wanted)
    lines = [_booked(line) for line in booked] + [_waiting(row) for row in waiting]
    newest = sorted(lines, key=lambda line: line.id, reverse=True)[reach.offset : wanted]
    total = await ledger.count_lines(unit, wallet)
    total += await payments.count_unfinished_top_ups(unit, user_id)
    return slice_of(newest, reach.limit, lambda line: (str(line.id),)), total


async def top_up(
    house: House, principal: Principal, amount: Money, gateway: str | None
) -> PaymentFacts:
    """Ask for money into the caller's own wallet; returns what a client needs to let pay.

    An open top-up of the same amount is returned again. Raises AmountOutOfRange, UnknownGateway,
    GatewayUnavailable.
    """
    async with open_unit(house, principal) as unit:
        _check_amount(unit, amount)
        request = PaymentRequest(
            subject=subject(WALLET, unit.user_id),
            payer_id=unit.user_id,
            purpose=TOP_UP,
            amount=amount,
            gateway=gateway or default_gateway(house),
        )
        payment = await request_payment(unit, request)
    return await place_order(house, payment.id)


async def adjust_wallet(unit: Unit, order: Adjustment) -> WalletFacts:
    """An operator's correction, paid by or to the platform's promotions, with a reason, audited.

    Raises NotFound for no such user, AmountOutOfRange for a foreign currency, InsufficientFunds when the
    wallet would fall below zero.
    """
    _check_currency(unit, order.amount)
    await get_person(unit, order.user_id)
    wallet, gains = ledger.wallet(order.user_id), order.amount.amount > 0
    move = ledger.Move(
        key=f"adjust:{new_id()}",
        kind=movements.ADJUSTMENT,
        debit=ledger.promotions() if gains else wallet,
        credit=wallet if gains else ledger.promotions(),
        amount=order.amount if gains else -order.amount,
        subject=subject(WALLET, order.user_id),
        memo=order.reason,
    )
    posted = await ledger.move(unit, move)
    facts = await wallet_of(unit, order.user_id)
    detail = {
        "amount": order.amount.amount,
        "currency": order.amount.currency,
        "reason": order.reason,
        "transaction_id": posted.id,
        "balance": facts.balance.amount,
    }
    await audit.record(unit, audit.Deed("wallet.adjusted", WALLET, str(order.user_id), detail))
    return facts


def _booked(line: ledger.Line) -> Movement:
    kind = movements.movement_type(line.kind, line.amount.amount)
    done = MovementStatus.COMPLETED
    return Movement(
        line.transaction_id, kind, line.amount, done, line.subject, line.memo, line.at, line.at
    )


def _waiting(row: Any) -> Movement:
    return Movement(
        row.id,
        MovementType.CREDIT,
        Money(row.amount, row.currency),
        movements.top_up_status(row.state),
        row.subject,
        "Top-up",
        row.created_at,
        row.state_since,
    )


def _check_amount(unit: Unit, amount: Money) -> None:
    _check_currency(unit, amount)
    limits = unit.profile.payments
    if not limits.top_up_min <= amount.amount <= limits.top_up_max:
        low, high = (Money(n, amount.currency) for n in (limits.top_up_min, limits.top_up_max))
        raise AmountOutOfRange(
            f"top up between {low} and {high}", minimum=low.amount, maximum=high.amount
        )


def _check_currency(unit: Unit, amount: Money) -> None:
    if amount.currency != unit.profile.currency:
        raise AmountOutOfRange(f"this marketplace keeps wallets in {unit.profile.currency}")
