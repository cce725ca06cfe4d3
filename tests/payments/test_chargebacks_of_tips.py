"""Card disputes about tips: who got the tip gives back what is there, and nobody else but the platform."""

from uuid import UUID

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.disputing import OPEN, WON, Sale, a_sale
from tests.payments.money import balance, inr, person


@pytest.fixture
async def tip(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Sale:
    """A tip of 100 that lies in escrow."""
    return await a_sale(house, client, provider, subject=f"tip:{new_id()}", purpose="tip")


async def passed_on(tip: Sale, member: UUID | None) -> None:
    async with open_unit(tip.house) as unit:
        order = payments.TipOrder(tip.payment.subject, tip.payment.id, tip.provider_id, member)
        await payments.pass_tip_on(unit, order)


async def paid_to(tip: Sale, member: UUID, amount: int) -> None:
    """The member has been given so much of the tips."""
    async with open_unit(tip.house) as unit:
        move = ledger.Move(
            key=f"handed_out:{new_id()}",
            kind="payout_paid",
            debit=ledger.staff_tips(member),
            credit=ledger.promotions(),
            amount=inr(amount),
        )
        await ledger.move(unit, move)


async def tips_of(tip: Sale, member: UUID) -> int:
    return await balance(tip.house, ledger.staff_tips(member))


async def test_what_is_left_of_the_members_tips_goes_back_and_the_platform_bears_the_rest(
    tip: Sale,
) -> None:
    member = await person(tip.house)
    await passed_on(tip, member)
    await paid_to(tip, member, 70)
    await tip.hear(OPEN, 100)
    assert (await tips_of(tip, member), await tip.has(), await tip.platform_bears()) == (0, 0, 70)
    assert await tip.borne() == (0, 30, 70, 0)
    await tip.agrees()
    await tip.hear(WON)
    assert (await tips_of(tip, member), await tip.platform_bears()) == (30, 0)
    await tip.agrees()


async def test_a_tip_that_is_not_passed_on_yet_comes_from_where_it_lies(tip: Sale) -> None:
    await tip.hear(OPEN, 100)
    assert await tip.borne() == (100, 0, 0, 0)
    await tip.agrees()


async def test_a_tip_of_the_provider_is_the_providers_like_other_money(tip: Sale) -> None:
    await passed_on(tip, None)
    await tip.spent()
    await tip.hear(OPEN, 100)
    assert (await tip.has(), await tip.borne()) == (-100, (0, 100, 0, 0))
    await tip.agrees()
