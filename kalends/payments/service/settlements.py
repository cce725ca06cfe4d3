"""Reading the gateways' own statements, and noticing where they and we tell different stories."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import structlog

from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import Unit, open_unit

from ..repository import differences, settled_objects, settlements
from ..rules.settlement_match import compare_all, days_to_read, objects, totals, untold
from ..types import Finding, Gap, Ours, Settled, Theirs, Thing
from .settlement_lines import book_line_fees, book_payment_fees, book_transfers
from .statement_news import ask_about_orders, ask_about_refunds

VANISHED = "The statement and we tell the same story again."
_KNOWN = {
    Thing.payment: settled_objects.payments,
    Thing.refund: settled_objects.refunds,
    Thing.payout: settled_objects.payouts,
    Thing.dispute: settled_objects.disputes,
}
_log = structlog.get_logger()


@dataclass
class _Count:
    """What one round did so far."""

    days: int = 0
    lines: int = 0
    noticed: int = 0
    vanished: int = 0
    fees: int = 0
    unread: int = 0


async def read_statements(house: House) -> Settled:
    """Read the last complete days of every gateway's statement and compare them with what we know.

    Reading a day again changes nothing but what is new. A gateway that does not answer is counted, and its
    days are read the next time.
    """
    count = _Count()
    for gateway in house.ports.gateways:
        async with open_unit(house, read_only=True) as unit:
            today = unit.now.date()
            days = days_to_read(today, await differences.open_days(unit, gateway))
        # What came back stands on a later day than what went: all are read before any is compared, and
        # today is read with them, although it is not over.
        read = [day for day in [*days, today] if await _read_day(house, gateway, day, count)]
        for day in read:
            if day < today:
                await _compare_day(house, gateway, day, count)
    async with open_unit(house, read_only=True) as unit:
        still_open = await differences.count_open(unit)
    return Settled(**asdict(count), open=still_open)


async def _read_day(house: House, gateway: str, day: date, count: _Count) -> bool:
    """Keep the statement of a day, and book the fees and transfers that it tells; False when there was no answer."""
    try:
        movements = await house.ports.gateways[gateway].movements(day)
    except GatewayError as error:
        count.unread += 1
        _log.warning("statement.unread", gateway=gateway, day=day.isoformat(), error=str(error))
        return False
    async with open_unit(house, GATEWAY) as unit:
        fresh = await settlements.add_lines(unit, gateway, day, movements)
        count.fees += await book_line_fees(unit, gateway, fresh)
        await book_transfers(unit, gateway, fresh)
    count.lines += len(fresh)
    return True


async def _compare_day(house: House, gateway: str, day: date, count: _Count) -> None:
    async with open_unit(house, read_only=True) as unit:
        told = objects(await settlements.lines_about(unit, gateway, day))
        known = await _known(unit, gateway, told)
    asked = await ask_about_orders(house, gateway, told, known)
    asked = await ask_about_refunds(house, gateway, told, known) or asked
    async with open_unit(house, read_only=True) as unit:
        known = await _known(unit, gateway, told) if asked else known
        found = compare_all(told, known) + await _untold(unit, gateway, day)
    count.fees += await book_payment_fees(house, told, known)
    async with open_unit(house, GATEWAY) as unit:
        await _note(unit, (gateway, day), found, count)
    count.days += 1


async def _known(unit: Unit, gateway: str, told: Sequence[Theirs]) -> dict[str, Ours]:
    """Our side of these objects, by the gateway's names of them."""
    known: dict[str, Ours] = {}
    for thing, look in _KNOWN.items():
        for portion in settlements.chunks([t for t in told if t.thing is thing]):
            known |= await look(unit, gateway, portion)
    return known


async def _untold(unit: Unit, gateway: str, day: date) -> list[Finding]:
    since = await settlements.first_day(unit, gateway) or day
    found = await settled_objects.untold(unit, gateway, day, min(since, day))
    return [untold(thing, name, ours, Gap.missing_there) for thing, name, ours in found]


async def _note(
    unit: Unit, which: tuple[str, date], found: Sequence[Finding], count: _Count
) -> None:
    gateway, day = which
    lines = await settlements.lines_of(unit, gateway, day)
    await settlements.put_day(unit, gateway, day, lines, totals(lines))
    count.noticed += await differences.add(unit, gateway, day, found)
    gone = [
        d.id for d in await differences.open_of_day(unit, gateway, day) if d.finding not in found
    ]
    await differences.close(unit, gone, VANISHED)
    count.vanished += len(gone)
    if found:
        _log.warning("statement.differs", gateway=gateway, day=day.isoformat(), rows=len(found))


async def note_unknown_outcomes(house: House) -> int:
    """Show what was asked of a gateway half an hour ago and has no answer; return how many there are."""
    async with open_unit(house, GATEWAY) as unit:
        found: list[tuple[Any, ...]] = [
            (gateway, day, untold(thing, None, ours, Gap.unknown))
            for gateway, day, thing, ours in await settled_objects.unknown(unit)
        ]
        for gateway, day, finding in found:
            await differences.add(unit, gateway, day, [finding])
        present = [finding for _, _, finding in found]
        answered = [d.id for d in await differences.open_unknowns(unit) if d.finding not in present]
        await differences.close(unit, answered, "The outcome is known since.")
    return len(found)
