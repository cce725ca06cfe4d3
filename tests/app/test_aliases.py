"""A marketplace's own nouns: the same doors under another path."""

import httpx
import pytest

from kalends.app.asgi import create_app
from kalends.core.house import House
from kalends.core.profile import ProfileError
from tests.fixtures.markets import API, PROVIDER, SERVICE, market_of, username
from tests.fixtures.people import signed_up
from tests.fixtures.profiles import house_with

NOUNS = {"providers": "artists", "provider": "artist", "services": "packages"}


@pytest.mark.req("M-229")
async def test_artists_and_packages_are_providers_and_services(house: House) -> None:
    market = house_with(market_of(house), aliases=NOUNS)
    app = create_app(market)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as guests:
        owner = await signed_up(guests)
        body = PROVIDER | {"username": username()}
        made = await guests.post(f"{API}/artists/onboard", json=body, headers=owner)
        assert made.status_code == 201, made.text
        one = made.json()["id"]
        offered = await guests.post(f"{API}/packages", json=SERVICE, headers=owner)
        package = f"{API}/packages/{offered.json()['id']}"
        same = {
            f"{API}/artists/{one}": f"{API}/providers/{one}",
            f"{API}/packages/artist/{one}": f"{API}/services/provider/{one}",
            f"{API}/packages/search": f"{API}/services/search",
            f"{API}/artists/nearby?lat=18.5&lng=73.8": f"{API}/providers/nearby?lat=18.5&lng=73.8",
            package: package.replace("packages", "services"),
            f"/artists/{one}": f"/providers/{one}",
        }
        for alias, canonical in same.items():
            answer = await guests.get(alias)
            assert answer.status_code == 200, alias
            assert answer.json() == (await guests.get(canonical)).json()
        changed = await guests.patch(package, json={"name": "Hands"}, headers=owner)
        assert changed.json()["name"] == "Hands"
        assert (await guests.patch(package, json={"name": "x"})).status_code == 401
        assert (await guests.delete(package, headers=owner)).status_code == 204
    assert not [path for path in app.openapi()["paths"] if "artist" in path or "package" in path]


async def test_a_noun_that_is_a_path_already_stops_the_start(house: House) -> None:
    market = house_with(market_of(house), aliases={"providers": "venues"})
    with pytest.raises(ValueError, match="'venues' is a path of its own"):
        create_app(market)


def test_a_noun_is_a_word(house: House) -> None:
    with pytest.raises(ProfileError):
        house_with(house, aliases={"providers": "a/b"})
