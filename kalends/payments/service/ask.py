"""Questions that the rooms above ask about a subject's money."""

from collections.abc import Iterable

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payments, payouts, refunds
from ..rules.refunds import destination_for
from ..types import Destination, PaymentFacts, PayoutFacts, RefundFacts

_MOST = 1000  # milestones of one subject: lines times instalments times two


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


async def releasable_of(unit: Unit, subject: str, currency: str | None = None) -> Money:
    """What of the escrow may be released: less what refunds wait for that nobody has decided on yet, and
    less what milestones will release."""
    free = await unasked_of(unit, subject, currency)
    promised = await payouts.claimed(unit, subject) if unit.profile.payout.milestones else 0
    return Money(max(free.amount - promised, 0), free.currency)


async def unasked_of(unit: Unit, subject: str, currency: str | None = None) -> Money:
    """What lies in escrow and is not asked back."""
    held = await ledger.balance(unit, ledger.escrow(subject), currency)
    wanted = await refunds.requested_from_escrow(unit, subject, held.currency)
    return Money(max(held.amount - wanted, 0), held.currency)


async def granted_of(unit: Unit, subject: str) -> dict[str, Money]:
    """What milestones hold of the subject's escrow or have released of it, per line."""
    found = await payouts.granted(unit, subject)
    return {line: Money(gross, unit.profile.currency) for line, gross in found.items()}


async def refunds_of(unit: Unit, subject: str) -> list[RefundFacts]:
    """Every refund of the subject, oldest first, whatever became of it."""
    return [refunds.facts(row) for row in await refunds.of_subject(unit, subject)]


async def payouts_of(unit: Unit, subject: str) -> list[PayoutFacts]:
    """Every payout of the subject's milestones, newest first, whatever became of it."""
    found = await payouts.newest(unit, {"subject": subject}, before=None, limit=_MOST)
    return [payouts.facts(row) for row in found]


def refund_destination(unit: Unit, wanted: Destination | None = None) -> Destination:
    """Where the marketplace gives money back to; `wanted` counts where the customer may choose."""
    return destination_for(unit.profile.refund.destination, wanted)
