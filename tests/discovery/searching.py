"""Searching over HTTP, as the tests do it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from kalends.catalog import RoomFacts
from kalends.core.clock import real_now

KOLKATA = ZoneInfo("Asia/Kolkata")
SEARCH = "/api/v2/search/rooms"


_TODAY = real_now().astimezone(KOLKATA).date()  # of a run that goes on over midnight, too


def ahead(days: int) -> date:
    """The date in India so many days from the day on which the run began."""
    return _TODAY + timedelta(days=days)


def indian(day: date, hour: int, minute: int = 0) -> str:
    """A wall time in India as it goes over the wire; hour 24 is the next midnight."""
    midnight = datetime.combine(day, time.min, KOLKATA)
    instant = midnight + timedelta(hours=hour, minutes=minute)
    return instant.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")


async def search(client: httpx.AsyncClient, **wanted: Any) -> dict[str, Any]:
    """The answer to a search that is expected to succeed."""
    headers = wanted.pop("headers", {})
    answer = await client.get(SEARCH, params=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found(client: httpx.AsyncClient, **wanted: Any) -> list[str]:
    """The names of the results, in order."""
    return [result["name"] for result in (await search(client, **wanted))["results"]]


async def book(
    client: httpx.AsyncClient, headers: dict[str, str], room: RoomFacts, times: tuple[str, str]
) -> str:
    """The id of a new booking, which holds its time until it is paid."""
    body = {"room_id": str(room.id), "start_time": times[0], "end_time": times[1]}
    answer = await client.post("/api/v2/bookings", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
