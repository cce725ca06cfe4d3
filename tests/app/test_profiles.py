"""The profiles that ship with Kalends: each can be read, starts, and has the doors of its features only."""

import pytest
from fastapi import FastAPI

from kalends.app.asgi import create_app
from kalends.app.demo.market.build import market as market_of
from kalends.app.demo.market.shapes import Seller
from kalends.app.demo.plays import PLAYS, play_of
from kalends.app.refusals import Refused
from kalends.core.edge import API_PREFIX, EdgeRoute
from kalends.core.house import House
from kalends.core.policy import POLICIES
from kalends.core.profile import Profile, load_profile, profile_names
from kalends.core.settings import Settings

PERCENT = 100


@pytest.fixture(params=profile_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(settings: Settings, name: str) -> Settings:
    return settings.model_copy(update={"profile": name})


def doors(app: FastAPI) -> set[str]:
    return {f"{m} {r.path}" for r in app.routes if isinstance(r, EdgeRoute) for m in r.methods}


async def test_it_starts_with_the_doors_of_its_features_and_no_others(house: House) -> None:
    """The policy table says which feature a door belongs to; the words of the profile lead to them too."""
    profile = house.profile
    app = create_app(house)
    open_doors = doors(app)
    for row, rule in POLICIES.items():
        method, path = row.split(" ")
        is_on = rule.feature is None or getattr(profile.features, rule.feature)
        assert is_on or f"{method} {API_PREFIX}{path}" not in open_doors, row
        if is_on and profile.literal_paths and f"{method} {API_PREFIX}{path}" in open_doors:
            assert f"{method} {profile.literal_prefix}{path}" in open_doors, row
    for word, noun in profile.aliases.items():
        paths = {door.split(" ")[1].split("/")[3] for door in open_doors if API_PREFIX in door}
        assert (noun in paths) is (word in paths), noun
    assert app.openapi()["info"]["title"].startswith(profile.branding.name)


def test_its_labels_words_and_numbers_are_its_own(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert profile.branding.terms
    assert profile.labels.states
    assert profile.rate_limits.keys() >= {"global", "login", "signup", "bookings", "search"}
    hours = [tier.over_hours for tier in profile.cancellation.tiers]
    assert hours == sorted(hours, reverse=True)
    assert hours[-1] == 0
    assert profile.cancellation.provider_fault_percent == PERCENT


@pytest.mark.parametrize(
    ("name", "minutes", "logins"),
    [("mimora", 15, (10, 3600)), ("hall-booking", 30, (10, 60)), ("guild", 15, (10, 60))],
)
def test_sessions_and_tries_are_as_long_as_documented(
    name: str, minutes: int, logins: tuple[int, int]
) -> None:
    profile = load_profile(name)
    assert profile.auth.access_minutes == minutes
    assert profile.auth.refresh_days == 7
    limit = profile.rate_limits["login"]
    assert (limit.limit, limit.per_seconds) == logins


def test_the_guild_keeps_a_quarter_of_an_hour_between_jobs_and_the_money_for_a_day() -> None:
    guild = load_profile("guild")
    assert (guild.currency, guild.availability.buffer_minutes) == ("NGN", 15)
    assert guild.fees.owner_premium_bp == 5000
    assert (guild.escrow.release_on, guild.escrow.auto_release_hours) == ("customer_confirm", 24)


def test_indistylo_keeps_a_commission_with_gst_and_pays_out_when_a_visit_is_over() -> None:
    indistylo = load_profile("indistylo")
    [gst] = indistylo.fees.taxes
    assert (gst.base, gst.basis_points) == ("commission", 1800)
    assert (indistylo.escrow.release_on, indistylo.payout.schedule) == ("completion", "on_release")


def test_every_profile_has_a_demo_and_an_unknown_one_is_told_which_there_are(name: str) -> None:
    assert play_of(name) is PLAYS[name]
    with pytest.raises(Refused, match="hall-booking"):
        play_of("florists")


def test_a_market_of_the_demo_is_possible_and_reaches_nobody() -> None:
    for name in PLAYS.keys() - {"hall-booking"}:
        market, profile = market_of(name), load_profile(name)
        people = [p for s in market.sellers for p in (s.owner, *s.staff)]
        people += [market.operator, *market.customers]
        assert len({p.email for p in people}) == len(people)
        assert all(p.email.endswith("@example.com") for p in people)
        assert len({s.username for s in market.sellers}) == len(market.sellers)
        assert all(_sells_here(profile, s) for s in market.sellers)
        assert market == market_of.__wrapped__(name)


def _sells_here(profile: Profile, seller: Seller) -> bool:
    return seller.kind in profile.providers.kinds and all(
        offer.category in profile.providers.categories and offer.kind in profile.services.types
        for offer in seller.offers
    )


def test_strathwell_takes_a_tenth_a_deposit_and_pays_in_two_parts() -> None:
    strathwell = load_profile("strathwell")
    assert (strathwell.currency, strathwell.fees.commission_bp) == ("USD", 1000)
    assert (strathwell.payments.schedule, strathwell.payments.deposit_percent) == ("deposit", 25)
    assert strathwell.payout.milestones == ("reservation", "completion")
    assert {plan.id for plan in strathwell.subscriptions.plans} == {"monthly", "yearly"}
    assert strathwell.labels.states["confirmed"] == "paid"


def test_mimora_asks_for_two_minutes_and_opens_escrow_by_a_code() -> None:
    mimora = load_profile("mimora")
    asking = mimora.enquiries
    assert (asking.offer_minutes, asking.max_offers, asking.instant_window_days) == (2, 5, 4)
    assert (mimora.escrow.release_on, mimora.reviews.moderation) == ("otp", "pre")
    assert mimora.reviews.of_customers
    assert mimora.aliases == {"providers": "artists", "provider": "artist", "services": "packages"}
    limits = {name: (one.limit, one.per_seconds) for name, one in mimora.rate_limits.items()}
    assert limits["payments"] == (3, 60)
    assert limits["search"] == (100, 60)
