"""How new things of a half are made, for calls that use them up."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from kalends import bookings, payments
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import open_unit
from kalends.payments.repository import differences
from kalends.payments.types import Finding, Gap, Thing
from tests.fixtures.deals import API, with_earnings
from tests.fixtures.places import a_room, an_addon
from tests.security import bank, diaries, sellers
from tests.security.calls import BANK, RUPEES

if TYPE_CHECKING:
    from tests.security.world import Half, Things, World


async def _new_user(world: "World", half: "Half") -> "Things":
    user = await world.hire("customer")
    return {"user_id": str(user.user_id)}


async def _new_manager(world: "World", half: "Half") -> "Things":
    manager = await world.hire("manager", venue=half.venue)
    me = await world.client.get(f"{API}/auth/me", headers=manager.headers)
    membership_id = me.json()["memberships"][0]["id"]
    return {"user_id": str(manager.user_id), "membership_id": membership_id}


async def _new_room(world: "World", half: "Half") -> "Things":
    return {"room_id": str((await a_room(world.house, half.venue)).id)}


async def _new_addon(world: "World", half: "Half") -> "Things":
    return {"addon_id": str((await an_addon(world.house, half.venue)).id)}


async def _new_booking(world: "World", half: "Half") -> "Things":
    return {"booking_id": await world.new_booking(half.customer, half.room_id)}


async def new_review(world: "World", half: "Half") -> "Things":
    """A published review of a stay that is over."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    async with open_unit(world.house) as unit:
        for step, actor in (("pay", ActorKind.gateway), ("force_complete", ActorKind.operator)):
            await fire(unit, bookings.MACHINE, UUID(booking_id), step, Order(actor))
    body = {"booking_id": booking_id, "rating": 4, "comment": "Cool and quiet."}
    review = await world.post("reviews", body, half.customer.headers)
    return {"review_id": review["id"], "booking_id": booking_id}


async def new_dispute(world: "World", half: "Half") -> "Things":
    """A complaint of the customer about a stay that was paid and is over."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    await world.post(f"bookings/{booking_id}/pay", {"method": "wallet"}, half.customer.headers)
    async with open_unit(world.house) as unit:
        order = Order(ActorKind.operator)
        await fire(unit, bookings.MACHINE, UUID(booking_id), "force_complete", order)
    body = {"booking_id": booking_id, "reason": "other", "statement": "The hall was locked."}
    dispute = await world.post("disputes", body, half.customer.headers)
    return {"dispute_id": dispute["id"]}


async def _new_template(world: "World", half: "Half") -> "Things":
    return await sellers.new_template(world, world.callers["super_admin"].headers)


async def new_invoice(world: "World", half: "Half") -> "Things":
    """The hall's invoice to the customer, for the fee of a booking that was paid and called off."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    await world.post(f"bookings/{booking_id}/pay", {"method": "wallet"}, half.customer.headers)
    await world.post(f"bookings/{booking_id}/cancel", {"reason": "rain"}, half.customer.headers)
    async with open_unit(world.house) as unit:
        papers = await bookings.write_papers(unit, UUID(booking_id))
    return {"document_id": next(str(p.id) for p in papers if p.kind == "tax_invoice")}


async def new_refund(world: "World", half: "Half") -> "Things":
    """One that the customer asked for; an operator has to decide."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    await world.post(f"bookings/{booking_id}/pay", {"method": "wallet"}, half.customer.headers)
    async with open_unit(world.house, read_only=True) as unit:
        [paid] = await payments.payments_of(unit, f"booking:{booking_id}")
    body = {"reason": "it was too loud"}
    asked = await world.post(f"payments/{paid.id}/refund", body, half.customer.headers)
    return {"refund_id": asked["id"]}


async def new_bank_account(world: "World", half: "Half") -> "Things":
    """One that waits to be verified."""
    body = BANK | {"provider_id": half.things["provider_id"]}
    given = await world.post("providers/bank-details", body, half.owner.headers)
    return {"bank_account_id": given["id"]}


async def new_payout(world: "World", half: "Half") -> "Things":
    """One that waits to be approved, of money that was earned for it."""
    await with_earnings(world.house, half.venue.provider_id, RUPEES["amount"])
    body = {"amount": RUPEES, "provider_id": half.things["provider_id"]}
    return {"payout_id": (await world.post("payouts", body, half.owner.headers))["id"]}


async def new_difference(world: "World", half: "Half") -> "Things":
    """Something that the bank tells and nobody here knows."""
    object_id = f"pay_{new_id().hex}"
    found = Finding(Gap.missing_here, Thing.payment, object_id, "INR", theirs_amount=100)
    async with open_unit(world.house) as unit:
        await differences.add(unit, "sandbox", unit.now.date(), [found])
        (newest,) = await differences.newest(unit, {}, before=None, limit=1)
    return {"difference_id": str(newest.id)}


async def new_at_the_bank(world: "World", half: "Half") -> "Things":
    return await bank.things_at_the_bank(world.house)


# In an order in which a later one may replace what an earlier one made.
MAKERS: dict[str, Callable[["World", "Half"], Awaitable["Things"]]] = {
    "user_id": _new_user,
    "membership_id": _new_manager,
    "room_id": _new_room,
    "addon_id": _new_addon,
    "booking_id": _new_booking,
    "review_id": new_review,
    "dispute_id": new_dispute,
    "refund_id": new_refund,
    "bank_account_id": new_bank_account,
    "payout_id": new_payout,
    "difference_id": new_difference,
    "service_id": sellers.new_service,
    "template_id": _new_template,
    "event_id": sellers.new_event,
    "line_id": sellers.new_event,
    "staff_id": sellers.new_member,
    "invitation_id": sellers.new_invitation,
    "time_off_id": sellers.new_member,
    **diaries.MAKERS,
    "enquiry_id": sellers.new_enquiry,
    **dict.fromkeys(bank.NAMES, new_at_the_bank),
}
