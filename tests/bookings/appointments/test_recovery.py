"""Somebody gives a job back: the next best is proposed, chosen with consent, or all of the money goes back."""

import pytest

from kalends.core.unit import open_unit
from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import scalar
from tests.fixtures.salons import PRICE, Salon
from tests.performance.statements import counted

ILL = {"reason_code": "ill", "note": "A fever."}


async def letters(salon: Salon, words: str) -> list:
    await salon.settle()
    found = (await salon.client.get("/dev/messages", params={"limit": 200})).json()["items"]
    return [letter for letter in found if words in letter["subject"]]


async def declined(salon: Salon, hour: int = 10, days: int = 7) -> str:
    booking = await salon.paid("cut", await salon.at(hour, days=days), "asha")
    done = await salon.act(booking, "decline", salon.accounts["asha"], ILL)
    assert done["state"] == "declined_with_option"
    return booking


@pytest.mark.req("G-071", "G-076", "G-077", "G-078", "G-081")
async def test_the_next_best_is_proposed_and_accepted(new_salon: NewSalon) -> None:
    salon = await new_salon()
    asha = salon.accounts["asha"]
    booking = await salon.paid("cut", await salon.at(10), "asha")
    for bad in ({}, {"reason_code": "bored"}, ILL | {"note": "x" * 501}):
        answer = await salon.call("POST", f"bookings/{booking}/decline", asha, bad)
        assert answer.status_code == 422
    for other in (salon.me, salon.accounts["ravi"]):
        assert (
            await salon.call("POST", f"bookings/{booking}/decline", other, ILL)
        ).status_code == 404
    done = await salon.act(booking, "decline", asha, {"reason_code": "ill"})
    proposed = done["details"]["replacement"]
    assert proposed["instead_of"] == salon.staff["asha"]["id"]
    assert proposed["staff_id"] != salon.staff["asha"]["id"]
    [letter] = await letters(salon, "cannot come")
    assert proposed["name"] in letter["text"]
    taken = await salon.act(booking, "accept-replacement", salon.me)
    assert (taken["state"], taken["resource"]["id"]) == ("confirmed", proposed["staff_id"])
    assert "replacement" not in taken["details"]
    assert taken["lines"][0]["visit"]["staff_id"] == proposed["staff_id"]
    start = await salon.at(10)
    for name, free in (("asha", True), (proposed["name"], False)):
        slots = {slot["start"] for slot in await salon.offered("cut", start, name)}
        assert (start.isoformat().replace("+00:00", "Z") in slots) is free
    assert (await salon.call("GET", f"bookings/{booking}", asha)).status_code == 404
    again = await salon.call("POST", f"bookings/{booking}/accept-replacement", salon.me)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nobody-proposed")
    await salon.expect_green()


@pytest.mark.req("G-082", "C-16")
async def test_a_customer_chooses_and_a_price_never_rises_unasked(new_salon: NewSalon) -> None:
    salon = await new_salon(fees={"owner_premium_bp": 5000})
    email = (await salon.call("GET", "auth/me", salon.owner)).json()["email"]
    fields = {"name": "Boss", "email": email, "skills": [salon.services["cut"]["id"]]}
    boss = (await salon.call("POST", "staff", salon.owner, fields)).json()
    booking = await declined(salon)
    shown = await salon.read(booking)
    assert shown["details"]["replacement"]["staff_id"] != boss["id"]
    found = (await salon.call("GET", f"bookings/{booking}/replacements", salon.me)).json()["items"]
    totals = {one["staff_id"]: one["total"]["amount"] for one in found}
    assert totals[boss["id"]] == PRICE * 3 // 2
    url, wish = f"bookings/{booking}/choose-staff", {"staff_id": boss["id"]}
    refused = await salon.call("POST", url, salon.me, wish)
    assert (refused.status_code, refused.json()["total"]["amount"]) == (409, PRICE * 3 // 2)
    wallet = await salon.wallet()
    money = {"accept_total": {"amount": PRICE * 3 // 2, "currency": "INR"}}
    done = await salon.act(booking, "choose-staff", salon.me, wish | money)
    assert (done["price"]["total"]["amount"], done["paid"]["amount"]) == (60000, 60000)
    assert wallet - await salon.wallet() == PRICE // 2
    await salon.expect_green()


@pytest.mark.req("G-079", "G-080", "G-083", "C-13")
async def test_without_an_answer_the_owner_is_alerted_and_a_cancellation_gives_all_back(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(labels={"states": {"cancelled_after_decline": "CANCELLED_BY_SYSTEM"}})
    before = await salon.wallet()
    booking = await declined(salon)
    number = (await salon.read(booking))["number"]
    said = f"Job #{number} at risk: Customer hasn't responded to replacement."
    await salon.pass_time(minutes=118)
    assert await letters(salon, said) == []
    await salon.pass_time(minutes=3)
    assert len(await letters(salon, said)) == 1
    preview = await salon.call("GET", f"bookings/{booking}/cancellation-preview", salon.me)
    assert preview.json()["refund"]["percent"] == 100
    gone = await salon.act(booking, "cancel", salon.me, {"reason": "no thanks"})
    assert gone["refund"]["destination"] == "wallet"
    assert await salon.wallet() == before
    assert gone["booking"]["cancelled_by"] == "customer"
    assert (gone["booking"]["state"], gone["booking"]["label"]) == (
        "cancelled",
        "CANCELLED_BY_SYSTEM",
    )
    await salon.expect_green()


@pytest.mark.req("G-072", "G-073", "X-27")
async def test_the_fourth_decline_in_a_week_lowers_who_declines(new_salon: NewSalon) -> None:
    salon = await new_salon()
    path = f"providers/search?q={salon.provider['name'].split()[0]}"
    await _rated(salon)
    score = (await salon.call("GET", path, salon.me)).json()["items"][0]["score"]
    for number in range(3):
        await declined(salon, days=7 + number)
    assert await scalar(salon.house, "SELECT count(*) FROM ranking_reviews") == 0
    assert await letters(salon, "Ranking review") == []
    await declined(salon, days=11)
    assert await scalar(salon.house, "SELECT declines FROM ranking_reviews") == 4
    told = await letters(salon, "Ranking review: asha until")
    assert {letter["to"] for letter in told} >= {"asha@salon.test"}
    assert len(told) == 2  # and who runs the salon
    assert "more than 3 jobs within seven days" in told[0]["text"]
    assert "80 % of the score counts" in told[0]["text"]
    lower = (await salon.call("GET", path, salon.me)).json()["items"][0]["score"]
    assert lower == pytest.approx(score * 0.8)
    await salon.pass_time(hours=24 * 7 + 1)
    assert (await salon.call("GET", path, salon.me)).json()["items"][0]["score"] == score


async def _rated(salon: Salon) -> None:
    from uuid import UUID

    from kalends.catalog import set_provider_rating

    async with open_unit(salon.house) as unit:
        await set_provider_rating(unit, UUID(salon.provider["id"]), 500, 1)


async def test_declines_older_than_a_week_do_not_count(new_salon: NewSalon) -> None:
    salon = await new_salon()
    for number in range(3):
        await declined(salon, days=20 + number)
    await salon.pass_time(hours=24 * 7 + 1)
    await declined(salon, days=20)
    assert await scalar(salon.house, "SELECT count(*) FROM ranking_reviews") == 0
    for number in range(3):
        await declined(salon, days=21 + number)
    assert await scalar(salon.house, "SELECT count(*) FROM ranking_reviews") == 1


async def test_the_choices_cost_the_same_for_one_and_for_many(new_salon: NewSalon) -> None:
    salon = await new_salon()
    booking = await declined(salon)
    path = f"bookings/{booking}/replacements"

    async def asked() -> tuple[int, int]:
        with counted(salon.house) as sent:
            found = (await salon.call("GET", path, salon.me)).json()["items"]
        return len(found), len(sent)

    await asked()
    one, cost = await asked()
    for name in ("zoe", "uma", "om"):
        await salon.hire(name, "cut")
    assert await asked() == (one + 3, cost)
