"""Paying providers: connected accounts that receive only, and transfers to them."""

from kalends.core.gateways import AccountCheck, BankDetails, GatewayError, GatewayPayout
from kalends.core.money import Money

from . import reading
from .accounts import account_key, account_params, check
from .amounts import asked
from .api import Once, understanding
from .base import StripeSide, another_use, in_path


class StripePayouts(StripeSide):
    """The providers' side.

    A payout is a transfer from the platform's balance to the provider's connected account; there is no later
    word on it but a reversal, and nothing says that it failed. It is paid from what is *available*: money of
    new charges is not for some days, and until then the answer is `balance_insufficient`, to be tried again.
    In India Stripe offers no transfers: pay providers by another gateway there.
    """

    async def create_payout_account(self, *, bank: BankDetails, reference: str) -> str:
        """Open a connected account that receives only, with these bank details. Raises GatewayError.

        Its identity and its acceptance of Stripe's terms are still to be collected (`check_account` says what);
        Stripe pays nothing out before. Other details under the same reference are another account.
        """
        key = account_key(bank, reference)
        params = account_params(bank, reference, self._keys.currency)
        find = self.recent("accounts", "key", key)
        account = await self.api.once(Once("accounts", params, key, find, harmless=True))
        with understanding():
            return str(account["id"])

    async def check_account(self, *, account_id: str, key: str, currency: str) -> AccountCheck:
        """How far Stripe is; the check's id is the account's. Raises GatewayError."""
        del (
            key,
            currency,
        )  # nothing is asked for: Stripe checks every account by itself, and goes on checking
        return await self.fetch_account_check(account_id=account_id, check_id=account_id)

    async def fetch_account_check(self, *, account_id: str, check_id: str) -> AccountCheck:
        """Raises GatewayError."""
        if check_id != account_id:
            raise GatewayError("this check is of another account", code="other_account")
        account = await self.api.get(f"accounts/{in_path(account_id)}")
        with understanding():
            return check(account)

    async def payout(
        self, *, account_id: str, amount: Money, key: str, narration: str
    ) -> GatewayPayout:
        """Transfer to a connected account, once per key; looked for first. Raises GatewayError.

        From there Stripe pays the provider's bank by itself, by that account's schedule.
        """
        find = self.made("transfers", {"transfer_group": key}, key)
        params = {
            **asked(amount),
            "destination": account_id,
            "description": narration,
            "transfer_group": key,
            "metadata": {"key": key},
        }
        made = await find() or await self.api.once(Once("transfers", params, key, find))
        with understanding():
            payout, to = reading.transfer(made), reading.name_of(made["destination"])
        if (payout.amount, to) != (amount, account_id):
            raise another_use()
        return payout

    async def fetch_payout(self, payout_id: str) -> GatewayPayout:
        """Raises GatewayError."""
        body = await self.api.get(f"transfers/{in_path(payout_id)}")
        with understanding():
            return reading.transfer(body)

    async def find_payout(self, key: str) -> GatewayPayout | None:
        """The transfer in the group of this name. Raises GatewayError."""
        found = await self.made("transfers", {"transfer_group": key}, key)()
        with understanding():
            return reading.transfer(found) if found else None
