"""Who is waited for, and until when: never beyond the start, and never while the money is kept back."""

from uuid import UUID

from sqlalchemy import text

from kalends import payments
from kalends.bookings import freeze_booking, unfreeze_booking
from kalends.bookings.types import subject_of
from kalends.core.checks import run_checks
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import marketplace_time, scalar, stamp
from tests.fixtures.salons import PRICE, Salon

AFTER = {"approval": "after_payment", "approval_hours": 24}
BEFORE = {"approval": "before_payment", "approval_hours": 24}
ILL = {"reason_code": "ill"}


async def _freeze(salon: Salon, booking: str, *, frozen: bool = True) -> None:
    async with open_unit(salon.house) as unit:
        step = freeze_booking if frozen else unfreeze_booking
        await step(unit, UUID(booking), "card_dispute")


async def test_no_answer_gives_nothing_back_while_the_money_is_kept(new_salon: NewSalon) -> None:
    salon = await new_salon(booking=AFTER)
    rich = await salon.wallet()
    booking = await salon.paid("cut", await salon.at(10), "asha")
    await _freeze(salon, booking)
    await salon.pass_time(hours=25)
    assert (await salon.state(booking), await salon.wallet()) == ("awaiting_provider", rich - PRICE)
    await _freeze(salon, booking, frozen=False)
    await salon.pass_time(minutes=15)
    assert (await salon.state(booking), await salon.wallet()) == ("cancelled", rich)
    await salon.expect_green()


async def test_nobody_found_gives_nothing_back_while_the_money_is_kept(new_salon: NewSalon) -> None:
    salon = await new_salon()
    rich = await salon.wallet()
    start = await salon.at(10)
    booking = await salon.paid("cut", start, "asha")
    await salon.act(booking, "decline", salon.accounts["asha"], ILL)
    await _freeze(salon, booking)
    await salon.reach(start)
    assert await salon.state(booking) == "declined_with_option"
    assert await salon.wallet() == rich - PRICE
    await _freeze(salon, booking, frozen=False)
    await salon.pass_time(minutes=15)
    assert (await salon.state(booking), await salon.wallet()) == ("cancelled", rich)
    await salon.expect_green()


async def test_an_approval_is_waited_for_up_to_the_start_wherever_that_moves(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(booking=AFTER)
    rich = await salon.wallet()
    await salon.reach(await salon.at(12, days=1))
    booking = await salon.paid("cut", await salon.at(10, days=9), "asha")
    soon = await salon.at(14, days=0)
    await salon.act(booking, "reschedule", salon.me, {"new_start_time": stamp(soon)}, "PUT")
    await salon.pass_time(minutes=110)
    assert await salon.state(booking) == "awaiting_provider"
    await salon.reach(soon)
    assert (await salon.state(booking), await salon.wallet()) == ("cancelled", rich)
    await salon.expect_green()


async def test_what_was_given_back_meanwhile_does_not_wait_for_ever(new_salon: NewSalon) -> None:
    salon = await new_salon(booking=AFTER)
    booking = await salon.paid("cut", await salon.at(10), "asha")
    customer = await scalar(salon.house, "SELECT customer_id FROM bookings")
    async with open_unit(salon.house) as unit:
        order = payments.RefundOrder(
            subject=subject_of(UUID(booking)),
            user_id=customer,
            amount=Money(PRICE, "INR"),
            reason="goodwill",
            key="goodwill",
            decided=True,
        )
        await payments.refund(unit, order)
    await salon.settle()
    assert (await salon.read(booking))["refunded"]["amount"] == PRICE
    await salon.pass_time(hours=25)
    assert await salon.state(booking) == "expired"
    await salon.expect_green()


async def test_a_new_name_before_payment_is_held_anew(new_salon: NewSalon) -> None:
    salon = await new_salon(booking=BEFORE)
    start = await salon.at(10)
    booking = await salon.booked("cut", start, "asha")
    await salon.pass_time(hours=23)
    await salon.act(booking, "decline", salon.accounts["asha"], ILL)
    await salon.pass_time(hours=2)
    there = await salon.act(booking, "accept-replacement", salon.me)
    assert there["state"] == "awaiting_provider"
    assert there["hold_expires_at"] > stamp(await marketplace_time(salon.house))
    await salon.pass_time(hours=22)
    slots = {slot["start"] for slot in await salon.offered("cut", start, "ravi")}
    assert stamp(start) not in slots
    await salon.act(booking, "approve", salon.accounts["ravi"])
    paid = await salon.act(booking, "pay", salon.me, {"method": "wallet"})
    assert paid["state"] == "confirmed"
    await salon.expect_green()


async def test_what_is_moved_nearer_is_paid_before_its_start(new_salon: NewSalon) -> None:
    salon = await new_salon(booking={"hold_minutes": 240})
    await salon.reach(await salon.at(11, days=1))
    booking = await salon.booked("cut", await salon.at(10, days=2), "asha")
    soon = await salon.at(13, days=0)
    moved = {"new_start_time": stamp(soon)}
    there = await salon.act(booking, "reschedule", salon.me, moved, "PUT")
    assert there["hold_expires_at"] == there["start_time"] == stamp(soon)
    await salon.reach(soon)
    assert await salon.state(booking) == "expired"
    await salon.expect_green()


async def test_an_approval_shortly_before_the_start_leaves_time_up_to_it(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(booking=BEFORE | {"hold_minutes": 60})
    await salon.reach(await salon.at(9, days=1))
    booking = await salon.booked("cut", await salon.at(12, days=0), "asha")
    await salon.reach(await salon.at(11, 30, days=0))
    await salon.act(booking, "approve", salon.accounts["asha"])
    shown = await salon.read(booking)
    assert shown["hold_expires_at"] == shown["start_time"]
    await salon.reach(await salon.at(12, days=0))
    assert await salon.state(booking) == "expired"
    await salon.expect_green()


async def test_a_paid_visit_without_its_time_is_found(new_salon: NewSalon) -> None:
    salon = await new_salon(booking=AFTER)
    booking = await salon.paid("cut", await salon.at(10), "asha")
    await salon.expect_green()
    async with open_unit(salon.house) as unit:
        await unit.session.execute(text("UPDATE allocations SET active = false"))
    async with open_unit(salon.house, read_only=True) as unit:
        found = await run_checks(unit)
    assert [str(row["booking_id"]) for row in found["A4"]] == [booking]
