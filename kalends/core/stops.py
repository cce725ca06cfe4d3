"""Emergency stops: while one is set, what it names waits. Bookings go on."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from .models import Stop
from .unit import Unit

MONEY_OUT = "money_out"
PAUSE_SECONDS = 600


class Postponed(Exception):
    """What a timer wants to do has to wait; it is tried again after a pause, without counting as a failure."""

    def __init__(self, reason: str, seconds: int = PAUSE_SECONDS) -> None:
        super().__init__(reason)
        self.seconds = seconds


async def wait_while_stopped(unit: Unit, name: str) -> None:
    """Raise Postponed while the stop is set."""
    reason = (
        await unit.session.execute(select(Stop.reason).where(Stop.name == name))
    ).scalar_one_or_none()
    if reason is not None:
        raise Postponed(reason)


async def set_stop(unit: Unit, name: str, reason: str | None) -> None:
    """Set the stop, or lift it with None."""
    if reason is None:
        await unit.session.execute(delete(Stop).where(Stop.name == name))
        return
    row = insert(Stop).values(name=name, reason=reason, since=unit.now)
    await unit.session.execute(
        row.on_conflict_do_update(index_elements=["name"], set_={"reason": reason})
    )
