"""What the demo of each marketplace that ships with Kalends loads and tells."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from kalends.core.house import House

from ..refusals import Refused
from . import story
from .load import Told, load_city
from .market import guild, indistylo, mimora, strathwell
from .market.load import load_market
from .teller import Teller


@dataclass(frozen=True)
class Play:
    """`load` says whether it loaded anything; `tell` raises StoryBroken."""

    load: Callable[[House, Told], Awaitable[bool]]
    tell: Callable[[Teller], Awaitable[None]]


PLAYS: Mapping[str, Play] = {
    "guild": Play(load_market, guild.tell),
    "hall-booking": Play(load_city, story.tell),
    "indistylo": Play(load_market, indistylo.tell),
    "mimora": Play(load_market, mimora.tell),
    "strathwell": Play(load_market, strathwell.tell),
}


def play_of(profile: str) -> Play:
    """The demo of a profile. Raises Refused for one that has none."""
    if profile not in PLAYS:
        raise Refused(f"There is no demo of {profile!r}; there is one of: {', '.join(PLAYS)}.")
    return PLAYS[profile]
