"""What a gateway tells in its statement only: its fees, and transfers between it and our own bank."""

from collections.abc import Mapping, Sequence

from kalends import ledger
from kalends.core.gateways import MovementKind
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import GATEWAY
from kalends.core.unit import Unit, open_unit

from ..repository import payments
from ..rules import movements
from ..rules.settlement_match import compare, kept_by_gateway
from ..types import Line, Moved, Ours, Theirs, Thing
from .apply import book_fee


async def book_line_fees(unit: Unit, gateway: str, fresh: Sequence[Line]) -> int:
    """Book what the gateway kept beside payments and payouts, with the lines that say so; return how many."""
    kept = [(line, fee) for line in fresh if (fee := kept_by_gateway(line))]
    for line, fee in kept:
        fees, account = ledger.gateway_fees(), ledger.gateway(gateway)
        order = ledger.Move(
            key=f"fee:line:{gateway}:{line.movement_id}",
            kind=movements.FEE,
            debit=fees if fee > 0 else account,
            credit=account if fee > 0 else fees,
            amount=Money(abs(fee), line.currency),
            memo="Gateway fee" if fee > 0 else "Gateway fee returned",
        )
        await ledger.move(unit, order)
    return len(kept)


async def book_transfers(unit: Unit, gateway: str, fresh: Sequence[Line]) -> int:
    """Book what went to our own bank, or came from there, with the lines that say so; return how many."""
    lines = [line for line in fresh if line.kind is MovementKind.transfer and line.amount]
    for line in lines:
        bank, account = ledger.own_bank(), ledger.gateway(gateway)
        order = ledger.Move(
            key=f"transfer:line:{gateway}:{line.movement_id}",
            kind=movements.TRANSFER,
            debit=bank if line.amount < 0 else account,
            credit=account if line.amount < 0 else bank,
            amount=Money(abs(line.amount), line.currency),
            memo="To our own bank" if line.amount < 0 else "From our own bank",
        )
        await ledger.move(unit, order)
    return len(lines)


async def book_payment_fees(house: House, told: Sequence[Theirs], known: Mapping[str, Ours]) -> int:
    """Book the fees of captured payments that were not known at the capture; return how many."""
    booked = 0
    for theirs in told:
        ours = known.get(theirs.object_id)
        if ours is None or not _is_news(theirs, ours):
            continue
        assert ours.id is not None  # only disputes are known without an id of ours
        async with open_unit(house, GATEWAY) as unit:
            await book_fee(unit, await payments.lock(unit, ours.id), theirs.fee)
        booked += 1
    return booked


def _is_news(theirs: Theirs, ours: Ours) -> bool:
    unbooked = theirs.fee > 0 and ours.fee is None and ours.moved is Moved.yes
    return theirs.thing is Thing.payment and unbooked and compare(theirs, ours) is None
