"""What card networks decide about the money of bookings, and what the bookings do meanwhile."""

from uuid import UUID

from kalends import payments
from kalends.core.stops import MONEY_OUT, wait_while_stopped
from kalends.core.unit import Unit

from ..repository import bookings
from ..types import subject_of
from .effects.release import empty_escrow
from .refund_news import SETTLED_AS
from .releasing import freeze_booking, unfreeze_booking

HELD_BY = "card_dispute"


async def keep_in_step(unit: Unit, booking_id: UUID, occasion: str) -> None:
    """Keep the booking's money back exactly while a card dispute of it is not settled.

    By how things stand, not by what was told, so that news may come late, twice and in any order. Money
    that came back to a booking which had let go of its own follows that; `occasion` tells such news apart.
    Raises Postponed while no money goes out; the reaction is then tried again.
    """
    row = await bookings.lock(unit, booking_id)
    if row is None:  # a payment may be for a booking that was never made here
        return
    if await payments.card_disputed(unit, subject_of(booking_id)):
        await freeze_booking(unit, booking_id, HELD_BY)
        return
    await unfreeze_booking(unit, booking_id, HELD_BY)
    row = await bookings.look(unit, booking_id)
    if row.state in SETTLED_AS and not row.held_by:
        await wait_while_stopped(unit, MONEY_OUT)
        await empty_escrow(unit, row, SETTLED_AS[row.state], again=f":{occasion}")
