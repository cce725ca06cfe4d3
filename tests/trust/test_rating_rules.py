"""When a booking may be reviewed, and what ratings come to."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.process import mermaid
from kalends.trust.rules.processes import REVIEW
from kalends.trust.rules.ratings import (
    Obstacle,
    average_hundredths,
    closes_at,
    first_name,
    obstacle,
)

END = datetime(2027, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("state", ["completed", "released", "closed"])
def test_a_booking_can_be_reviewed_when_its_time_is_over(state: str) -> None:
    assert obstacle(state, closes_at(END, 30), END) is None


@pytest.mark.parametrize("state", ["awaiting_payment", "confirmed", "expired", "cancelled"])
def test_a_booking_that_did_not_take_place_cannot_be_reviewed(state: str) -> None:
    assert obstacle(state, closes_at(END, 30), END) is Obstacle.not_completed


def test_the_window_ends_with_its_last_second() -> None:
    closing = closes_at(END, 30)
    assert closing == datetime(2027, 3, 31, 12, tzinfo=UTC)
    assert obstacle("closed", closing, closing - SECOND) is None
    assert obstacle("closed", closing, closing) is Obstacle.window_closed


def test_without_reviews_there_is_no_average() -> None:
    assert average_hundredths(0, 0) is None


@pytest.mark.parametrize(
    ("stars", "reviews", "average"), [(5, 1, 500), (14, 3, 467), (13, 3, 433), (1, 1, 100)]
)
def test_an_average_is_rounded_to_a_hundredth(stars: int, reviews: int, average: int) -> None:
    assert average_hundredths(stars, reviews) == average


@given(st.lists(st.integers(1, 5), min_size=1))
def test_an_average_is_within_half_a_hundredth_of_the_mean(ratings: list[int]) -> None:
    average = average_hundredths(sum(ratings), len(ratings))
    assert average is not None
    assert -Fraction(1, 2) < average - Fraction(100 * sum(ratings), len(ratings)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Asha Rao", "Asha"), ("  Ravi ", "Ravi"), ("", "guest"), ("आशा राव", "आशा")],
)
def test_only_a_first_name_is_shown(name: str, shown: str) -> None:
    assert first_name(name, "guest") == shown


def test_the_process_says_who_may_do_what() -> None:
    assert set(REVIEW.states) == {"pending", "published", "hidden"}
    assert "published --> hidden: hide by operator" in mermaid(REVIEW)
    assert "hidden --> published: publish by operator, system" in mermaid(REVIEW)
