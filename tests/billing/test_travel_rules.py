"""What the way costs: by the metre, in whole minor units, and never further than the provider goes."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.billing import TooFarAway, metres_between, travel_charge, within_reach
from kalends.core.money import Money

PUNE, MUMBAI = (18.5204, 73.8567), (19.0760, 72.8777)
lengths = st.integers(min_value=0, max_value=20_000_000)
prices = st.integers(min_value=0, max_value=10**9)
kilometres = st.integers(min_value=0, max_value=500)


@dataclass(frozen=True)
class Terms:
    base: Money
    per_km: Money
    free_km: int = 0
    max_km: int | None = None


def terms(base: int = 10_000, per_km: int = 1_500, **more: int) -> Terms:
    return Terms(Money(base, "INR"), Money(per_km, "INR"), **more)


@pytest.mark.req("X-03", "M-012")
@pytest.mark.parametrize(
    ("metres", "charge"),
    [(0, 10_000), (5_000, 10_000), (5_001, 10_002), (6_000, 11_500), (7_333, 13_500)],
)
def test_only_what_lies_beyond_the_free_kilometres_is_paid_by_the_metre(
    metres: int, charge: int
) -> None:
    assert travel_charge(terms(free_km=5), metres) == Money(charge, "INR")


def test_half_a_minor_unit_rounds_up() -> None:
    assert travel_charge(terms(base=0, per_km=1), 499) == Money(0, "INR")
    assert travel_charge(terms(base=0, per_km=1), 500) == Money(1, "INR")


@pytest.mark.req("X-03")
def test_beyond_the_last_metre_that_the_provider_goes_it_is_refused() -> None:
    near = terms(free_km=5, max_km=40)
    assert within_reach(near, 40_000)
    assert travel_charge(near, 40_000) == Money(10_000 + 35 * 1_500, "INR")
    assert not within_reach(near, 40_001)
    with pytest.raises(TooFarAway) as refused:
        travel_charge(near, 40_001)
    assert refused.value.fields == {"max_km": 40, "distance_metres": 40_001}


def test_a_distance_is_the_same_both_ways_and_to_the_metre() -> None:
    assert metres_between(PUNE, MUMBAI) == metres_between(MUMBAI, PUNE)
    assert 119_000 < metres_between(PUNE, MUMBAI) < 121_000
    assert metres_between(PUNE, PUNE) == 0


@given(base=prices, per_km=prices, free_km=kilometres, near=lengths, far=lengths)
def test_further_is_never_cheaper_and_never_below_the_base(
    base: int, per_km: int, free_km: int, near: int, far: int
) -> None:
    near, far = sorted((near, far))
    asked = terms(base, per_km, free_km=free_km)
    assert asked.base <= travel_charge(asked, near) <= travel_charge(asked, far)
