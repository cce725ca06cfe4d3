"""The completion code: the customer has it, the provider asks for it, and it says that the service took place."""

import hmac
import secrets
from typing import Any
from uuid import UUID

from kalends.core.house import House
from kalends.core.principal import Principal
from kalends.core.process import Transition
from kalends.core.states import Order, refusal
from kalends.core.unit import Unit, open_unit

from ..access import Seen, access_booking, access_own_booking
from ..errors import NoCodeHere, WrongCode
from ..repository import bookings, codes
from ..rules.guards import columns_of, released_by_code
from ..rules.processes import PROCESSES
from ..types import BookingFacts
from .appointments.work import complete_job
from .machine import MACHINE
from .read import get_booking
from .releasing import fire_release

DIGITS, TRIES = 6, 5
PURPOSE = "completion-code"
STEPS = ("complete_with_code", "release_with_code")
BEFORE_THE_STEPS = frozenset({"arrived"})


async def issue_code(unit: Unit, booking_id: UUID) -> str:
    """A new code for the customer; the one before it no longer works. Raises NotFound, NoCodeHere."""
    await access_own_booking(unit, booking_id)
    code = await _new_code(unit, booking_id)
    if code is None:
        raise NoCodeHere
    return code


async def first_code(unit: Unit, booking_id: UUID) -> str | None:
    """A code to send to the customer, who has asked for none so far; None where there is one, or no use for it."""
    await bookings.lock(unit, booking_id)
    if await codes.find(unit, booking_id) is not None:
        return None
    return await _new_code(unit, booking_id)


async def _new_code(unit: Unit, booking_id: UUID) -> str | None:
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    refused = released_by_code(columns_of(booking), unit.now)
    if refused or (_step(booking) is None and booking.state not in BEFORE_THE_STEPS):
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    await codes.keep(unit, booking_id, _digest(unit, booking_id, code), unit.now)
    return code


async def complete_booking(
    house: House, principal: Principal, booking_id: UUID, code: str | None
) -> BookingFacts:
    """With the customer's code where there is one, else on the word of who serves.

    Raises NotFound, TransitionNotAllowed, ChecklistOpen, and what `complete_with_code` raises.
    """
    if code is not None:
        return await complete_with_code(house, principal, booking_id, code)
    async with open_unit(house, principal) as unit:
        return await complete_job(unit, booking_id)


async def complete_with_code(
    house: House, principal: Principal, booking_id: UUID, code: str
) -> BookingFacts:
    """The provider shows the customer's code: the booking is completed, and its money released.

    A wrong code is counted, although the request is refused; after five the customer needs a new one.
    Raises NotFound, NoCodeHere, WrongCode, TransitionNotAllowed, BookingFrozen, ReleasePaused.
    """
    async with open_unit(house, principal) as unit:
        seen = await access_booking(unit, booking_id)
        row = await bookings.lock(unit, booking_id)
        step = _allowed_step(unit, seen, row)
        left = await _tries_left(unit, booking_id, code)
        if left is None:
            await fire_release(unit, booking_id, step.name, Order(seen.actor_for(step)))
            return await get_booking(unit, booking_id)
    raise WrongCode(_sentence(left), tries_left=left)


def _allowed_step(unit: Unit, seen: Seen, row: Any) -> Transition:
    """The step that the code allows now. Raises what stands in its way, so that no try is lost."""
    step = _step(seen.booking)
    if step is None:
        raise NoCodeHere
    problem = refusal(MACHINE, row, step.name, {seen.actor_for(step)}, unit.now)
    if problem:
        raise problem
    return step


def _step(booking: BookingFacts) -> Transition | None:
    leaving = PROCESSES[booking.kind].leaving(booking.state)
    return next((t for t in leaving if t.name in STEPS), None)


async def _tries_left(unit: Unit, booking_id: UUID, code: str) -> int | None:
    """None for the right code; else how many tries are left after this one."""
    kept = await codes.find(unit, booking_id)
    if kept is None or kept.tries >= TRIES:
        return 0
    if hmac.compare_digest(kept.digest, _digest(unit, booking_id, code)):
        return None
    await codes.count_try(unit, booking_id)
    left: int = TRIES - kept.tries - 1
    return left


def _sentence(left: int) -> str:
    if left:
        return "ask the customer to read the code out again"
    return "there is no code that could be tried; the customer can get a new one"


def _digest(unit: Unit, booking_id: UUID, code: str) -> str:
    return unit.house.keyring.digest(PURPOSE, f"{booking_id}:{code}")
