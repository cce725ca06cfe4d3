"""Distances and the boxes that are searched for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.geography import box_around, distance_km

PUNE, MUMBAI = (18.5204, 73.8567), (19.0760, 72.8777)


def test_pune_and_mumbai_are_a_hundred_and_twenty_kilometres_apart() -> None:
    assert distance_km(*PUNE, *MUMBAI) == pytest.approx(120.1, abs=0.5)


def test_a_place_is_at_no_distance_from_itself() -> None:
    assert distance_km(*PUNE, *PUNE) == 0


def test_the_far_side_of_the_earth_is_half_a_circumference_away() -> None:
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)


def test_a_box_across_the_date_line_starts_east_and_ends_west() -> None:
    _, _, west, east = box_around(-17.7, 179.9, 50)
    assert west > 179
    assert east < -179


def test_a_circle_around_a_pole_needs_every_longitude() -> None:
    south, north, west, east = box_around(89.9, 10, 50)
    assert (north, west, east) == (90, -180, 180)
    assert 89 < south < 89.9


@given(
    lat=st.floats(-90, 90),
    lng=st.floats(-180, 180),
    radius=st.floats(0.1, 5000),
    lat_there=st.floats(-90, 90),
    lng_there=st.floats(-180, 180),
)
def test_whatever_is_within_the_radius_is_in_the_box(
    lat: float, lng: float, radius: float, lat_there: float, lng_there: float
) -> None:
    south, north, west, east = box_around(lat, lng, radius)
    if distance_km(lat, lng, lat_there, lng_there) > radius:
        return
    inside = west <= lng_there <= east if west <= east else lng_there >= west or lng_there <= east
    assert south <= lat_there <= north
    assert inside
