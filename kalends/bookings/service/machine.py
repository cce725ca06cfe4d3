"""The booking machine: it binds the processes' data to the table, the guards and the effects."""

from typing import Any

from kalends.core.process import Facts
from kalends.core.states import Machine, register

from ..models import Booking, booking_transitions
from ..repository import bookings
from ..rules.guards import GUARDS
from ..rules.policy import minutes_of
from ..rules.processes import PROCESSES
from .effects import EFFECTS


def facts(row: Any) -> Facts:
    return Facts(row.state_since, row.start_at, row.end_at, minutes_of(row.policy))


MACHINE = register(
    Machine(
        name="booking",
        table=Booking.__table__,
        history=booking_transitions,
        lock=bookings.lock,
        processes=PROCESSES,
        facts=facts,
        guards=GUARDS,
        effects=EFFECTS,
    )
)
