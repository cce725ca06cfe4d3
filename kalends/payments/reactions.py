"""How payments react to what happens elsewhere."""

from kalends.core.events import on
from kalends.core.unit import Unit
from kalends.identity import UserRegistered

from .events import EscrowReleased
from .service.payout_requests import pay_out_released
from .service.wallets import open_wallet


@on(UserRegistered)
async def open_wallet_of_new_user(unit: Unit, event: UserRegistered) -> None:
    """Everybody has a wallet from the start."""
    await open_wallet(unit, event.user_id)


@on(EscrowReleased)
async def ask_for_payout_of_released(unit: Unit, event: EscrowReleased) -> None:
    """Where the profile says so, what is released is asked for at once."""
    await pay_out_released(unit, event.provider_id)
