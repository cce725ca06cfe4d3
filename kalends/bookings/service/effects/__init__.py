"""What the names of effects in the processes' data mean. Guards are pure, effects write."""

from kalends.core.process import by_name

from . import (
    appointments,
    cancelling,
    due,
    events,
    journeys,
    recovery,
    release,
    slots,
    telling,
)

_ALL = (slots, telling, cancelling, due, release, appointments, recovery, events, journeys)
EFFECTS = by_name(effect for part in _ALL for effect in part.EFFECTS)
