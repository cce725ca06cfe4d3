"""What a search refuses, and that nothing makes it stumble."""

from datetime import date
from typing import Any

import httpx

from kalends.core.house import House
from tests.discovery.searching import SEARCH, search
from tests.fixtures.people import own_address
from tests.fixtures.places import a_room, a_venue

REFUSED: list[dict[str, Any]] = [
    {"colour": "red"},
    {"min_capacity": 10},
    {"city": ""},
    {"city": "   "},
    {"city": "x" * 81},
    {"city": "Pu\x00ne"},
    {"city": "Pu\nne"},
    {"date": "tomorrow"},
    {"date": "1793000000"},
    {"date": "2026-02-30"},
    {"date": "2026-12-01T10:00:00Z"},
    {"date": "٢٠٢٦-١٢-٠١"},
    {"capacity": 0},
    {"capacity": -5},
    {"capacity": 10**6 + 1},
    {"capacity": 2**63},
    {"capacity": "many"},
    {"amenities": [""]},
    {"amenities": ["x" * 41]},
    {"amenities": ["wi\x00fi"]},
    {"amenities": [f"a{n}" for n in range(21)]},
    {"min_price": -1},
    {"min_price": 10**13 + 1},
    {"min_price": 200, "max_price": 100},
    {"lat": 18.5},
    {"lng": 73.8},
    {"radius_km": 5},
    {"lat": 18.5, "lng": 73.8, "radius_km": 0},
    {"lat": 18.5, "lng": 73.8, "radius_km": 101},
    {"lat": 90.1, "lng": 0},
    {"lat": 0, "lng": -180.1},
    {"lat": "nan", "lng": 0},
    {"lat": 0, "lng": "inf"},
    {"limit": 0},
    {"limit": 101},
    {"favourites_only": "perhaps"},
]


async def test_parameters_that_nobody_can_mean_are_refused_with_a_sentence(
    client: httpx.AsyncClient,
) -> None:
    for wanted in REFUSED:
        answer = await client.get(SEARCH, params=wanted, headers=own_address())
        assert answer.status_code == 422, (wanted, answer.text)
        problem = answer.json()
        assert (problem["type"], bool(problem["detail"])) == ("/problems/invalid", True)


async def test_a_repeated_parameter_that_is_no_list_does_not_make_it_stumble(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"{SEARCH}?city=Pune&city=Mumbai")
    assert answer.status_code in {200, 422}


ODD: list[dict[str, Any]] = [
    {"city": "'; DROP TABLE rooms; --"},
    {"city": "%"},
    {"city": "पुणे"},
    {"amenities": ["{wifi}", '"', "\\"]},
    {"date": date.min.isoformat()},
    {"date": date.max.isoformat()},
    {"date": "2011-12-30"},  # a day that Samoa did not have
    {"lat": 90, "lng": 180},
    {"lat": -90, "lng": -180, "radius_km": 100},
    {"lat": 0, "lng": 179.999, "radius_km": 100},
    {"capacity": 10**6, "min_price": 10**13, "max_price": 10**13},
]


async def test_odd_values_find_nothing(house: House, client: httpx.AsyncClient) -> None:
    await a_room(house, await a_venue(house, zone="Pacific/Apia"), amenities=("wifi",))
    for wanted in ODD:
        answer = await search(client, **wanted, headers=own_address())
        assert answer["count"] == 0, wanted


async def test_a_circle_across_the_date_line_holds_places_on_both_sides(
    house: House, client: httpx.AsyncClient
) -> None:
    for name, lng in (("east", 179.95), ("west", -179.95)):
        venue = await a_venue(house, zone="Pacific/Fiji", lat=-17.0, lng=lng)
        await a_room(house, venue, name=name)
    answer = await search(client, lat=-17.0, lng=179.99, radius_km=20)
    assert [result["name"] for result in answer["results"]] == ["east", "west"]
