"""Lists: a page of items and an opaque cursor to the next one, in a stable order."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from .errors import Invalid

DEFAULT_LIMIT, MAX_LIMIT, MAX_CURSOR = 20, 100, 400
_NOT_OURS = "the cursor is not one of ours; start without it"
T = TypeVar("T")


class PageQuery(BaseModel):
    """`?limit=` and `?cursor=`. Filters of a list extend this; unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Query(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Query(default=None, max_length=MAX_CURSOR)


Paged = Annotated[PageQuery, Query()]


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """What a repository returns: up to `limit` rows and the cursor after the last."""

    rows: list[T]
    next_cursor: str | None


def encode_cursor(*position: Any) -> str:
    packed = json.dumps(position, default=str, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(cursor: str, parts: int) -> list[Any]:
    """The position that `encode_cursor` packed. Raises Invalid for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Invalid(_NOT_OURS) from error
    if not isinstance(position, list) or len(position) != parts:
        raise Invalid("the cursor belongs to another list; start without it")
    return position


def id_after(cursor: str | None) -> UUID | None:
    """The id after which a list that is ordered by id goes on; None without a cursor. Raises Invalid."""
    if cursor is None:
        return None
    (last,) = decode_cursor(cursor, 1)
    return _uuid(last)


def moment_after(cursor: str) -> tuple[datetime, UUID]:
    """The moment and id after which a list that is ordered by time goes on. Raises Invalid."""
    moment, last = decode_cursor(cursor, 2)
    try:
        at = datetime.fromisoformat(str(moment))
    except ValueError:
        raise Invalid(_NOT_OURS) from None
    if at.tzinfo is None:
        raise Invalid(_NOT_OURS)
    return at, _uuid(last)


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Invalid(_NOT_OURS) from None


def slice_of(rows: Sequence[T], limit: int, position: Any) -> Slice[T]:
    """Cut the extra row that was fetched to see whether there is more; `position(row)` makes the cursor."""
    kept = list(rows[:limit])
    more = len(rows) > limit
    return Slice(kept, encode_cursor(*position(kept[-1])) if more else None)
