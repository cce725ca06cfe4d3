"""What people and merchants read: the statement, and what lies on the bank's desk."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from kalends.core.unit import Unit

from ..repository import accounts, disputes, movements, orders, payouts, refunds
from ..types import Desk, Movement, Total

ON_THE_DESK = 20


async def statement(unit: Unit) -> tuple[list[Total], list[Movement]]:
    """The totals per currency, and the last movements, newest first."""
    totals = await movements.totals(unit.session)
    return totals, await movements.last(unit.session)


async def movements_of(unit: Unit, day: date) -> Sequence[Movement]:
    """Everything that moved on this UTC day, oldest first."""
    start = datetime.combine(day, time.min, UTC)
    return await movements.between(unit.session, start, start + timedelta(days=1))


async def desk(unit: Unit) -> Desk:
    """The last payments, refunds, checks, payouts and disputes."""
    session = unit.session
    return Desk(
        payments=list(await orders.last_captured(session, ON_THE_DESK)),
        refunds=list(await refunds.last(session, ON_THE_DESK)),
        checks=list(await accounts.last_checks(session, ON_THE_DESK)),
        payouts=list(await payouts.last(session, ON_THE_DESK)),
        disputes=list(await disputes.last(session, ON_THE_DESK)),
    )
