"""The hall gets its money: an owner, a bank account that the bank vouches for, a payout that an operator approves."""

import asyncio
from collections.abc import Mapping
from typing import Any

from .city import world
from .scene import API, Scene
from .shapes import DemoPerson
from .teller import StoryBroken, rupees

_CONFIRMED = {"X-Confirm-Action": "true"}
_ACCOUNT = {"account_number": "004500998877", "routing": "HDFC0001234"}


async def tell_of_the_payout(scene: Scene, booking: Mapping[str, Any]) -> None:
    """From the booking that took place to the hall's bank account."""
    teller, name = scene.teller, booking["resource"]["venue"]["name"]
    provider_id = booking["provider"]["id"]
    folk = world(scene.now.date())
    operator = next(p for p in folk.people if "operator" in p.roles)
    venue = next(v for v in folk.venues if v.name == name)
    owner = next(p for p in folk.people if p.key == venue.manager_key)
    teller.chapter("The hall gets its money")
    owner_id = await _sign_in(scene, owner)
    await _sign_in(scene, operator)
    member = {"provider_id": provider_id, "role": "owner"}
    path = f"POST {API}/admin/users/{owner_id}/memberships"
    await teller.ask(f"{operator.name} makes {owner.name} the owner of {name}", path, member)
    await _sign_in(scene, owner)
    account = {"holder": owner.name, "provider_id": provider_id} | _ACCOUNT
    await teller.ask("Say where to pay", f"POST {API}/providers/bank-details", account)
    checked = await _until(scene, "providers/bank-details", "verified")
    teller.say(f"the bank knows {owner.name} and the account ending in {checked['last_four']}")
    wish = {"amount": booking["price"]["total"], "provider_id": provider_id}
    payout = await teller.ask("Ask to be paid", f"POST {API}/payouts", wish)
    teller.say(f"{rupees(payout['amount'])} set aside; an operator looks at it")
    await _sign_in(scene, operator)
    await teller.ask("Approve it", f"POST {API}/admin/payouts/{payout['id']}/approve")
    paid = await _until(scene, "admin/payouts", "paid", payout["id"])
    teller.say(
        f"{rupees(paid['amount'])} are at the hall's bank, reference {paid['bank_reference']}"
    )


async def _sign_in(scene: Scene, person: DemoPerson) -> str:
    """Go on as this person; return their id."""
    body = {"email": person.email, "password": person.password}
    signed = await scene.teller.http.post(f"{API}/auth/login", json=body)
    if signed.is_error:
        raise StoryBroken(f"{person.name} cannot sign in: {signed.text[:500]}")
    scene.teller.headers = {"Authorization": f"Bearer {signed.json()['access_token']}"} | _CONFIRMED
    return str(signed.json()["user"]["id"])


async def _until(scene: Scene, listed: str, state: str, one: str | None = None) -> dict[str, Any]:
    """Wait until the newest of a list, or the named one, is in this state, at most half a minute."""
    found: dict[str, Any] = {}
    for _ in range(150):
        answer = await scene.teller.http.get(f"{API}/{listed}", headers=scene.teller.headers)
        items = [item for item in answer.json()["items"] if one in {None, item["id"]}]
        found = items[0] if items else {}
        if found.get("state") == state:
            return found
        await asyncio.sleep(0.2)
    raise StoryBroken(f"{listed}: expected {state}, but it is {found.get('state')}")
