"""How many bookings somebody has, in the four words that people use."""

from kalends.core.unit import Unit

from ..repository import bookings

PENDING = frozenset({"awaiting_payment"})
CANCELLED = frozenset({"cancelled", "expired"})


async def counts_for(unit: Unit) -> dict[str, int]:
    """total = pending + confirmed + cancelled; what was completed counts as confirmed."""
    by_state = await bookings.counts_of(unit, unit.user_id)
    total = sum(by_state.values())
    pending = sum(n for state, n in by_state.items() if state in PENDING)
    cancelled = sum(n for state, n in by_state.items() if state in CANCELLED)
    confirmed = total - pending - cancelled
    return {"total": total, "pending": pending, "confirmed": confirmed, "cancelled": cancelled}
