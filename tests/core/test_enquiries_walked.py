"""Enquiries and offers against their own data: every step from every state by everybody."""

from uuid import UUID

import pytest

from kalends.app.wiring import load_rooms
from kalends.bookings.service.enquiries.machine import ENQUIRIES, OFFERS
from kalends.core.house import House
from tests.fixtures.asking import Street, open_street
from tests.fixtures.deals import scalar
from tests.fixtures.grounds import a_customer, act_on_enquiry, acting, ask_for_consent
from tests.fixtures.loopback import Loopback
from tests.fixtures.timing import Timing, expect_timer, timers_of
from tests.fixtures.walks import Ground, as_it_is, try_everything_in

load_rooms()
ENQUIRY, OFFER = ENQUIRIES.processes["enquiry"], OFFERS.processes["offer"]
OFFERED = "SELECT id FROM enquiry_offers WHERE enquiry_id = :id"
# Only who has time to talk agrees on terms, and only who has grows old.
HASTY = frozenset({"agree_terms", "grow_old"})


@pytest.mark.parametrize("mode", ["instant", "flexi"])
async def test_every_step_of_an_enquiry_and_its_offer(
    house: House, loopback: Loopback, mode: str
) -> None:
    async with open_street(house, loopback) as street:
        enquiry_id = await _asked(street, mode)
        asking = Ground(
            street.house,
            ENQUIRIES,
            ENQUIRY,
            act_on_enquiry,
            (as_it_is, ask_for_consent),
            never=HASTY if mode == "instant" else frozenset(),
        )
        for state in ENQUIRY.states:
            await try_everything_in(asking, enquiry_id, state)
        no_haste = frozenset({"expire"}) if mode == "flexi" else frozenset()
        offering = Ground(street.house, OFFERS, OFFER, acting(OFFERS), never=no_haste)
        offer_id = await scalar(street.house, OFFERED, id=enquiry_id)
        for state in {*OFFER.states} - ({"expired"} if mode == "flexi" else set()):
            await try_everything_in(offering, offer_id, state)
        await street.expect_green()


@pytest.mark.parametrize("mode", ["instant", "flexi"])
async def test_every_timer_of_an_enquiry_and_its_offer(
    house: House, loopback: Loopback, mode: str
) -> None:
    async with open_street(house, loopback) as street:

        async def make(_: int) -> UUID:
            street.me = await a_customer(street)
            return await _asked(street, mode)

        async def make_offer(n: int) -> UUID:
            found: UUID = await scalar(street.house, OFFERED, id=await make(n))
            return found

        asking = Ground(street.house, ENQUIRIES, ENQUIRY, act_on_enquiry)
        for step, source in timers_of(ENQUIRY, but=HASTY if mode == "instant" else ()):
            first = "ask_consent" if step.name == "consent_lapse" else None
            await expect_timer(asking, make, Timing(step, source, first=first))
        offering = Ground(street.house, OFFERS, OFFER, acting(OFFERS))
        if mode == "instant":
            for timer in timers_of(OFFER):
                await expect_timer(offering, make_offer, Timing(*timer))


async def _asked(street: Street, mode: str) -> UUID:
    first = await street.artist(type=mode)
    await street.artist(km=2, type=mode)
    return UUID((await street.ask(first, mode=mode))["id"])
