"""Questions that the rooms above ask about a subject's money."""

from collections.abc import Iterable

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payments
from ..types import PaymentFacts


async def payments_of(unit: Unit, subject: str) -> list[PaymentFacts]:
    """Every payment of the subject, oldest first."""
    return [payments.facts(row) for row in await payments.of_subject(unit, subject)]


async def money_of(unit: Unit, subjects: Iterable[str]) -> dict[str, tuple[Money, Money]]:
    """What was captured and what of it was refunded, per subject, in the marketplace's currency."""
    currency = unit.profile.currency
    wanted = list(subjects)
    found = dict.fromkeys(wanted, (Money.zero(currency), Money.zero(currency)))
    for row in await payments.sums(unit, wanted, currency):
        captured, refunded = int(row.captured), int(row.refunded)
        found[row.subject] = (Money(captured, currency), Money(refunded, currency))
    return found


async def captured_of(unit: Unit, subject: str) -> Money:
    return (await money_of(unit, [subject]))[subject][0]


async def refunded_of(unit: Unit, subject: str) -> Money:
    return (await money_of(unit, [subject]))[subject][1]


async def escrow_of(unit: Unit, subject: str) -> Money:
    """What lies in escrow for the subject now."""
    return await ledger.balance(unit, ledger.escrow(subject))
