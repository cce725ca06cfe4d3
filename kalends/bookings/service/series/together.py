"""One wish about all that is left of a series. Each booking is a contract of its own, so each has its own unit
of work and its own answer; who asks again after a broken connection repeats nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.house import House
from kalends.core.principal import Principal
from kalends.core.unit import Unit, open_unit
from kalends.ledger import InsufficientFunds
from kalends.payments import Destination

from ...access import access_own_series, access_series
from ...errors import BookingFrozen, NothingToPay, ReleasePaused, SlotTaken
from ...repository import series as repository
from ...types import BookingFacts
from ..cancel import Cancelled, cancel_booking
from ..pay import pay_from_wallet
from ..read import get_booking

_KEPT = (TransitionNotAllowed, BookingFrozen)
_UNPAID = (TransitionNotAllowed, NothingToPay, InsufficientFunds, SlotTaken, ReleasePaused)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A booking after it was tried, and why not, if it could not be done."""

    booking: BookingFacts
    refused: Problem | None = None
    cancelled: Cancelled | None = None


async def cancel_rest(
    house: House,
    principal: Principal,
    series_id: UUID,
    reason: str,
    refund_to: Destination | None,
) -> list[Outcome]:
    """Cancel what has not begun, each booking by its own tier, as if it were cancelled alone. Raises NotFound."""
    async with open_unit(house, principal, read_only=True) as unit:
        await access_series(unit, series_id)
        left = await repository.upcoming(unit, series_id)

    async def cancel(unit: Unit, booking_id: UUID) -> Outcome:
        done = await cancel_booking(unit, booking_id, reason, None, refund_to)
        return Outcome(done.booking, cancelled=done)

    return [await _try(house, principal, i, (cancel, _KEPT)) for i in left]


async def pay_rest(house: House, principal: Principal, series_id: UUID) -> list[Outcome]:
    """Pay for what waits for a payment from the wallet, the earliest first, as far as it goes.

    Raises NotFound.
    """
    async with open_unit(house, principal, read_only=True) as unit:
        await access_own_series(unit, series_id)
        left = await repository.upcoming(unit, series_id, "awaiting_payment")

    async def pay(unit: Unit, booking_id: UUID) -> Outcome:
        return Outcome(await pay_from_wallet(unit, booking_id))

    return [await _try(house, principal, i, (pay, _UNPAID)) for i in left]


_Step = Callable[[Unit, UUID], Awaitable[Outcome]]


async def _try(
    house: House,
    principal: Principal,
    booking_id: UUID,
    step: tuple[_Step, tuple[type[Problem], ...]],
) -> Outcome:
    act, refusals = step
    try:
        async with open_unit(house, principal) as unit:
            return await act(unit, booking_id)
    except refusals as problem:
        async with open_unit(house, principal, read_only=True) as unit:
            return Outcome(await get_booking(unit, booking_id), problem)
