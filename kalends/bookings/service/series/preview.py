"""Look at a series before it is booked: every turn, what is in its way, and what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kalends.billing import RentalRequest, check_kind
from kalends.core.errors import Invalid
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...rules.ranges import Span
from ...rules.series import Occurrence, decided, in_each_others_way, weekly
from ...schemas.series import SeriesRequest
from ..slots import wire
from .plan import Obstacle, Plan
from .rooms import plan_room
from .visits import plan_visit

NO_SUCH_HOUR, OVERLAPS = "clock_skips_it", "overlaps_the_series"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it was decided, and what is in its way, if anything is."""

    occurrence: Occurrence
    obstacle: Obstacle | None

    @property
    def state(self) -> str:
        if self.occurrence.skipped:
            return "skipped"
        return "clash" if self.obstacle else "free"

    def told(self) -> dict[str, Any]:
        """As the wire shows it."""
        obstacle = self.obstacle or Obstacle("")
        return {
            "position": self.occurrence.position,
            "start_time": wire(self.occurrence.span)["start"],
            "end_time": wire(self.occurrence.span)["end"],
            "state": self.state,
            "moved": self.occurrence.chosen,
            "reason": obstacle.reason or None,
            "nearest": [wire(span) for span in obstacle.nearest],
        }


@dataclass(frozen=True, slots=True)
class Outlook:
    """The turns of a series, and what those cost that are not left out."""

    plan: Plan
    turns: tuple[Turn, ...]

    @property
    def wanted(self) -> list[Turn]:
        return [turn for turn in self.turns if not turn.occurrence.skipped]

    @property
    def clashes(self) -> list[Turn]:
        return [turn for turn in self.wanted if turn.obstacle]

    @property
    def total(self) -> Money:
        each = self.plan.total
        return Money(each.amount * len(self.wanted), each.currency)


async def plan_of(unit: Unit, request: SeriesRequest) -> Plan:
    """The booking that is repeated. Raises KindNotOffered, Invalid for too many turns, and what its kind raises."""
    check_kind(unit, request.booking.kind)
    most = unit.profile.booking.series.max_count
    if request.count > most:
        raise Invalid(f"count: a series has at most {most} bookings")
    if isinstance(request.booking, RentalRequest):
        return await plan_room(unit, request.booking)
    return await plan_visit(unit, request.booking)


async def outlook(unit: Unit, request: SeriesRequest, plan: Plan) -> Outlook:
    """Every turn with what is in its way. Raises Invalid for times outside the calendar."""
    turns = _turns(request, plan)
    overlapping = in_each_others_way(turns)
    wanted = [turn for turn in turns if not turn.skipped]
    found: dict[int, Obstacle | None] = {}
    if wanted:
        looked_at = await plan.obstacles(unit, [turn.span for turn in wanted])
        found = {t.position: one for t, one in zip(wanted, looked_at, strict=True)}
    return Outlook(
        plan, tuple(Turn(t, _obstacle(t, found.get(t.position), overlapping)) for t in turns)
    )


def _turns(request: SeriesRequest, plan: Plan) -> Sequence[Occurrence]:
    try:
        turns = weekly(plan.first, plan.zone, request.every_weeks, request.count)
        return decided(turns, request.skipped, request.moved)
    except (ValueError, OverflowError):
        raise Invalid("these times lie outside the calendar") from None


def _obstacle(turn: Occurrence, found: Obstacle | None, overlapping: set[int]) -> Obstacle | None:
    if turn.skipped:
        return None
    if not turn.exists:
        near = found.nearest if found else (Span(turn.span.start, turn.span.end),)
        return Obstacle(NO_SUCH_HOUR, near)
    if found is None and turn.position in overlapping:
        return Obstacle(OVERLAPS)
    return found
