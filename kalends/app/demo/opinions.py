"""What the demo's customers said, composed from our own sentences about what a room really has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .chance import happens, pick, roll
from .shapes import DemoBooking, DemoReview, DemoRoom
from .sources import source

REVIEWED_PERCENT = 60

_RATINGS = (
    (5, 5, 5, 5, 5, 5, 4, 4, 4, 3),  # a house people love
    (5, 5, 5, 5, 4, 4, 4, 4, 3, 2),
    (5, 5, 4, 4, 4, 4, 3, 3, 2, 1),  # a house with troubles
)

# What is said at each rating: the opening's mood, the details' moods, the closing's mood.
_PLANS = {
    5: ("good", ("good", "good"), "good"),
    4: ("good", ("good", "poor"), None),
    3: ("mixed", ("good", "poor"), "mixed"),
    2: ("mixed", ("poor", "poor"), "mixed"),
    1: ("poor", ("poor", "poor"), "poor"),
}


@dataclass(frozen=True, slots=True)
class _Deck:
    """Deals sentences in turn, so that none is heard twice before all were heard once."""

    dealt: Counter[str] = field(default_factory=Counter)

    def deal(self, name: str, sentences: Sequence[str]) -> str:
        turn = self.dealt[name] + roll(len(sentences), "deck", name)
        self.dealt[name] += 1
        return sentences[turn % len(sentences)]


def reviews(bookings: Sequence[DemoBooking], rooms: dict[str, DemoRoom]) -> tuple[DemoReview, ...]:
    """Return reviews for about three of five completed bookings, in order; no two read alike."""
    deck = _Deck()
    said: dict[str, DemoReview] = {}
    for booking in bookings:
        if booking.outcome != "completed" or not happens(REVIEWED_PERCENT, "review", booking.key):
            continue
        room = rooms[booking.room_key]
        rating = pick(pick(_RATINGS, "house", room.key.partition(".")[0]), "rating", booking.key)
        comment = _comment(deck, booking, room, rating)
        while comment in said:
            comment = _comment(deck, booking, room, rating)
        said[comment] = DemoReview(booking.key, rating, comment)
    return tuple(said.values())


def _comment(deck: _Deck, booking: DemoBooking, room: DemoRoom, rating: int) -> str:
    opening, details, closing = _PLANS[rating]
    said = [deck.deal(f"{room.kind} {opening}", source("opinions")["openings"][room.kind][opening])]
    said += _details(deck, booking, room, details)
    if closing is not None:
        said.append(deck.deal(f"close {closing}", source("opinions")["closings"][closing]))
    return " ".join(said)


def _details(deck: _Deck, booking: DemoBooking, room: DemoRoom, moods: Sequence[str]) -> list[str]:
    # No subject twice: a review must not praise the projector and then curse it.
    subjects = ["place", *room.amenities]
    said: list[str] = []
    for mood in moods:
        subject = pick(subjects, "subject", booking.key, mood, len(said))
        subjects.remove(subject)
        said.append(deck.deal(f"{subject} {mood}", source("opinions")["details"][subject][mood]))
    return said
