"""The values that several shapes share, each with its bounds, and the cursor of the lists."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field

from kalends.core.paging import Page, PageQuery, Slice, id_after
from kalends.core.wire import Line, Text

from ..rules import is_zone

# Patterns of printable ASCII only, so that nothing that passes can end a header or a line.
_EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
_PHONE = r"^\+?[0-9][0-9 ()./-]{3,29}$"
_PHOTO = r"^(https?:/)?/[!-.0-~][!-~]*$"
T = TypeVar("T")
R = TypeVar("R")


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("must be an IANA time zone such as Asia/Kolkata")
    return name


def each_once(values: list[T]) -> list[T]:
    """The values in their order, without repetitions."""
    return list(dict.fromkeys(values))


Name = Annotated[Line, Field(min_length=1, max_length=120)]
City = Annotated[Line, Field(min_length=1, max_length=80)]
Address = Annotated[Line, Field(min_length=1, max_length=300)]
Description = Annotated[Text, Field(max_length=4000)]
Zone = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_zone)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
Email = Annotated[str, Field(max_length=254, pattern=_EMAIL)]
Phone = Annotated[str, Field(pattern=_PHONE)]
Photo = Annotated[str, Field(max_length=500, pattern=_PHOTO)]
Photos = Annotated[list[Photo], Field(max_length=20), AfterValidator(each_once)]
Capacity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Amenity = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Amenities = Annotated[list[Amenity], Field(max_length=40), AfterValidator(each_once)]
Shown = Literal["active", "inactive"]
Buffer = Annotated[int, Field(strict=True, ge=0, le=1440, description="minutes")]
StateCode = Annotated[
    str, Field(pattern=r"^([0-9A-Z][0-9A-Z-]{0,5})?$", description="such as 27 in India")
]
Reason = Annotated[Line, Field(min_length=1, max_length=500)]


def position(query: PageQuery) -> tuple[int, UUID | None]:
    """How many to list and after which id. Raises Invalid for a cursor of another list."""
    return query.limit, id_after(query.cursor)


def page_of(found: Slice[T], read: Callable[[T], R]) -> Page[R]:
    """The slice as it goes over the wire."""
    return Page(items=[read(row) for row in found.rows], next_cursor=found.next_cursor)
