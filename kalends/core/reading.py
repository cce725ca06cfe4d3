"""Hot reads: who asks, what time it is, and the page itself, in one statement that PostgreSQL shapes.

A hot read has no unit of work. Its first statement also recognises the caller: a token that no longer
holds finds no row, and then there is no page either. What a statement returns goes out as it is, as far
as it does not depend on who asks.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, Self

import structlog
from sqlalchemy import ClauseElement, make_url, text

from .errors import Unauthenticated
from .house import House
from .principal import ANONYMOUS, Principal
from .profile import Profile
from .reader import Record
from .unit import Unit

_ANYBODY = """
    SELECT kalends_now() AS now, CAST(NULL AS uuid) AS user_id, CAST(NULL AS text) AS roles,
           CAST(NULL AS text) AS memberships
"""
# One row on the left, so the page's order stays: a nested loop is the only way to join them.
_FIRST = """
    SELECT page.*, caller.now, caller.roles, caller.memberships
    FROM ({caller}) AS caller LEFT JOIN LATERAL ({page}) AS page ON true
"""
_LATER = """
    SELECT page.* FROM (
        SELECT CAST(:caller_now AS timestamptz) AS now, CAST(:caller_user AS uuid) AS user_id
    ) AS caller CROSS JOIN LATERAL ({page}) AS page
"""
_DIALECT: Any = make_url("postgresql+asyncpg://").get_dialect()
_CAST = re.compile(r":(\w+)::(\w+(?:\[\])?)")  # `text` reads names only where no colon follows
_NAMED, _NUMBERED = _DIALECT(paramstyle="named"), _DIALECT()


class Recogniser(Protocol):
    """What a hot read needs of identity."""

    caller: str
    """A statement that finds the row of a caller whose token holds, by `caller_user`, `caller_session` and
    `caller_version`: `now`, `user_id`, `roles` and `memberships` (both JSON, NULL for none)."""

    def values(self, claims: Any) -> dict[str, Any]:
        """The three values."""
        ...

    def known(self, claims: Any, roles: Any, memberships: Any) -> Principal:
        """The principal that such a row describes."""
        ...


class Read:
    """A statement of a hot read, as text or of SQLAlchemy; written down once and prepared by the database.

    It may use `caller.now` and `caller.user_id`. Its first column must never be NULL: where there is no
    row, the caller's own row comes alone.
    """

    def __init__(self, statement: str | ClauseElement) -> None:
        self.constants: dict[str, Any] = {}
        if not isinstance(statement, str):
            made = statement.compile(dialect=_NAMED)
            self.constants = {n: v for n, v in made.params.items() if v is not None}
            statement = _CAST.sub(r"CAST(:\1 AS \2)", str(made))
        self._sql = statement
        self._written: dict[str | None, tuple[str, tuple[str, ...]]] = {}

    def written(self, caller: str | None) -> tuple[str, tuple[str, ...]]:
        """The SQL and the names of its values, in order; `caller` finds the caller, who is known without."""
        if caller not in self._written:
            around = _LATER if caller is None else _FIRST.replace("{caller}", caller)
            made = text(around.replace("{page}", self._sql)).compile(dialect=_NUMBERED)
            self._written[caller] = str(made), tuple(made.positiontup or ())
        return self._written[caller]


_NOTHING = Read("SELECT 1 AS one")


class Reading:
    """What a hot read works with. `now` and `principal` are there after the first statement."""

    now: datetime
    principal: Principal

    def __init__(
        self,
        house: House,
        token: tuple[Recogniser, Any] | None = None,
        admit: Callable[[Principal], None] | None = None,
    ) -> None:
        """`token` is who can recognise the caller, and the claims; `admit` refuses whom the rule does not let in."""
        self.house = house
        self._token, self._admit = token, admit
        self._recognised = False

    @classmethod
    def of(cls, unit: Unit) -> Self:
        """A reading at a unit's moment and for its caller, beside it."""
        reading = cls(unit.house)
        reading.now, reading.principal, reading._recognised = unit.now, unit.principal, True
        return reading

    @property
    def profile(self) -> Profile:
        return self.house.profile

    async def caller(self) -> Principal:
        """Who asks; a statement of its own unless there was one. Raises Unauthenticated, Forbidden."""
        if not self._recognised:
            await self.rows(_NOTHING)
        return self.principal

    async def rows(self, read: Read, **values: Any) -> list[Record]:
        """The rows of a statement, by position. Raises Unauthenticated, Forbidden with the first one."""
        if self._recognised:
            values |= {"caller_now": self.now, "caller_user": self.principal.user_id}
            return await self._fetch(read, None, values)
        if self._token is None:
            found = await self._fetch(read, _ANYBODY, values)
        else:
            recogniser, claims = self._token
            found = await self._fetch(read, recogniser.caller, values | recogniser.values(claims))
        self._recognise(found)
        return found if found[0][0] is not None else []

    async def _fetch(self, read: Read, caller: str | None, values: dict[str, Any]) -> list[Record]:
        sql, names = read.written(caller)
        known = read.constants | values
        return await self.house.reader.fetch(sql, *[known[name] for name in names])

    def _recognise(self, found: list[Record]) -> None:
        if not found:
            raise Unauthenticated("this session has ended; sign in again")
        *_, self.now, roles, memberships = found[0]
        self.principal = ANONYMOUS
        if self._token is not None:
            recogniser, claims = self._token
            self.principal = recogniser.known(claims, _json(roles), _json(memberships))
            structlog.contextvars.bind_contextvars(user_id=str(self.principal.user_id))
        if self._admit:
            self._admit(self.principal)
        self._recognised = True


def _json(written: str | None) -> Any:
    return json.loads(written) if written else []
