"""What fits a search, how it is widened, and in which order results are shown."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from kalends.core.money import Money
from kalends.discovery.rules.relevance import doublings, matches, may_be_free, widened
from kalends.discovery.types import Fit, Near, Wanted
from tests.discovery.places import Hall, found, names

BOTH = Wanted(amenities=("stage", "wifi"))


def test_a_place_with_all_the_amenities_fits_exactly() -> None:
    (match,) = matches([Hall(amenities=("piano", "stage", "wifi"))], BOTH)
    assert (match.fit, match.relaxed) == (Fit.exact, ())


def test_a_place_with_one_of_the_amenities_says_that_amenities_were_relaxed() -> None:
    (match,) = matches([Hall(amenities=("wifi",))], BOTH)
    assert (match.fit, match.relaxed) == (Fit.some_amenities, ("amenities",))


def test_a_place_with_none_of_the_amenities_does_not_fit() -> None:
    assert matches([Hall(amenities=("piano",))], BOTH) == []


def test_a_place_that_is_too_small_says_that_the_capacity_was_relaxed() -> None:
    (match,) = matches([Hall(capacity=19)], Wanted(capacity=20))
    assert (match.fit, match.relaxed) == (Fit.any_capacity, ("capacity",))


def test_a_place_that_lacks_both_says_both() -> None:
    wanted = Wanted(capacity=20, amenities=("stage", "wifi"))
    (match,) = matches([Hall(capacity=10, amenities=("wifi",))], wanted)
    assert match.relaxed == ("amenities", "capacity")


def test_a_corner_of_the_box_that_is_outside_the_circle_does_not_fit() -> None:
    wanted = Wanted(near=Near(18.5, 73.8, 10))
    inside, corner = Hall("inside", lat=18.58, lng=73.8), Hall("corner", lat=18.58, lng=73.88)
    (match,) = matches([corner, inside], wanted)
    assert match.place is inside
    assert match.distance_km == pytest.approx(8.9, abs=0.05)


ORDER = (
    (Wanted(amenities=("stage", "wifi")), Hall("a", amenities=("stage", "wifi")), Hall("b", amenities=("wifi",))),
    (
        Wanted(amenities=("stage", "wifi", "piano")),
        Hall("a", amenities=("stage", "wifi"), rate=Money(9, "INR")),
        Hall("b", amenities=("wifi",), rate=Money(1, "INR")),
    ),
    (Wanted(capacity=50), Hall("a", capacity=99, rate=Money(9, "INR")), Hall("b", capacity=100, rate=Money(1, "INR"))),
    (Wanted(capacity=50), Hall("a", capacity=26), Hall("b", capacity=25)),
    (
        Wanted(near=Near(18.5, 73.8, 50)),
        Hall("a", lat=18.51, lng=73.8),
        Hall("b", lat=18.52, lng=73.8, rating_hundredths=500),
    ),
    (Wanted(), Hall("a", rating_hundredths=401, rate=Money(9, "INR")), Hall("b", rating_hundredths=400)),
    (Wanted(), Hall("a", rating_hundredths=100, rate=Money(9, "INR")), Hall("b", rate=Money(1, "INR"))),
    (Wanted(), Hall("b", rate=Money(1, "INR")), Hall("a", rate=Money(2, "INR"))),
    (Wanted(), Hall("a"), Hall("b")),
)  # fmt: skip


@pytest.mark.req("H-128")
@pytest.mark.parametrize(("wanted", "first", "second"), ORDER)
def test_the_more_relevant_place_comes_first(wanted: Wanted, first: Hall, second: Hall) -> None:
    assert names(matches([second, first], wanted)) == [first.name, second.name]


def test_the_order_does_not_depend_on_the_order_of_what_is_given() -> None:
    halls = [Hall("same", id=Hall().id) for _ in range(4)]
    orders = {tuple(m.place.id for m in matches(p, Wanted())) for p in permutations(halls)}
    assert len(orders) == 1


@pytest.mark.parametrize(
    ("capacity", "times"), [(50, 1), (99, 1), (100, 2), (200, 3), (26, 1), (25, 2)]
)
def test_capacity_is_compared_in_doublings(capacity: int, times: int) -> None:
    assert doublings(capacity, 50) == times


WIDE = Wanted(capacity=50, amenities=("stage", "wifi"))
EXACT = [Hall(f"exact {n}", amenities=("stage", "wifi")) for n in range(5)]
SOME = [Hall(f"some {n}", amenities=("wifi",)) for n in range(5)]
SMALL = [Hall(f"small {n}", capacity=10, amenities=("wifi",)) for n in range(5)]


def shown(*halls: Hall) -> list[str]:
    return names([f.match for f in widened(found(matches(halls, WIDE)), 5)])


@pytest.mark.req("H-125")
def test_with_five_exact_results_nothing_is_relaxed() -> None:
    assert shown(*EXACT, *SOME, *SMALL) == [hall.name for hall in EXACT]


@pytest.mark.req("H-126")
def test_with_four_exact_results_one_of_the_amenities_is_enough() -> None:
    assert shown(*EXACT[:4], *SOME[:1], *SMALL) == [*(hall.name for hall in EXACT[:4]), "some 0"]


@pytest.mark.req("H-127")
def test_with_still_fewer_than_five_results_the_capacity_does_not_count() -> None:
    expected = ["exact 0", "some 0", "some 1", "some 2", *(hall.name for hall in SMALL)]
    assert shown(EXACT[0], *SOME[:3], *SMALL) == expected


NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "day", [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29), date(2028, 3, 1)]
)
def test_a_day_that_is_bookable_somewhere_on_earth_is_looked_at(day: date) -> None:
    assert may_be_free(day, NOON, 365)


@pytest.mark.parametrize("day", [date.min, date(2027, 2, 27), date(2028, 3, 2), date.max])
def test_a_day_that_is_over_or_too_far_ahead_is_not_looked_at(day: date) -> None:
    assert not may_be_free(day, NOON, 365)
