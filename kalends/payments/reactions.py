"""How payments react to what happens elsewhere."""

from kalends.core.events import on
from kalends.core.unit import Unit
from kalends.identity import UserRegistered

from .service.wallets import open_wallet


@on(UserRegistered)
async def open_wallet_of_new_user(unit: Unit, event: UserRegistered) -> None:
    """Everybody has a wallet from the start."""
    await open_wallet(unit, event.user_id)
