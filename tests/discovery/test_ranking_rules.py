"""The score of a provider: nearness and rating in the profile's weights."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.discovery.rules.ranking import ranked, score

MAESTRO = (60, 40)


@dataclass(frozen=True)
class Seller:
    id: UUID
    distance_km: float | None
    rating_hundredths: int | None


def seller(number: int, distance: float | None, rating: int | None) -> Seller:
    return Seller(UUID(int=number), distance, rating)


SELLERS = st.lists(
    st.builds(
        seller,
        st.integers(0, 10**9),
        st.floats(0, 20) | st.none(),
        st.integers(100, 500) | st.none(),
    ),
    unique_by=lambda one: one.id,
    max_size=20,
)


@pytest.mark.parametrize(
    ("distance", "rating", "wanted"),
    [
        (0.0, 500, 1.0),
        (10.0, 500, 0.4),
        (5.0, 250, 0.5),
        (0.0, None, 0.6),
        (12.0, None, 0.0),
        (None, 400, 0.32),
    ],
)
def test_six_parts_nearness_and_four_parts_rating(distance, rating, wanted):
    assert score(seller(1, distance, rating), 10, MAESTRO) == pytest.approx(wanted)


@given(SELLERS)
def test_pages_one_after_another_are_the_whole_list(sellers):
    whole = ranked(sellers, 10, MAESTRO)
    assert [points for points, _ in whole] == sorted((p for p, _ in whole), reverse=True)
    paged, after = [], None
    while rest := ranked(sellers, 10, MAESTRO, after):
        paged += rest[:3]
        after = (paged[-1][0], paged[-1][1].id)
    assert paged == whole
