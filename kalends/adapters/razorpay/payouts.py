"""The adapter with payouts: RazorpayX beside the payments of the same account."""

from collections.abc import Mapping
from typing import Any

from kalends.core.gateways import (
    AccountCheck,
    BankDetails,
    GatewayError,
    GatewayMovement,
    GatewayPayout,
)
from kalends.core.money import Money

from . import statement
from .answers import Entity, Misshapen, identity, items, known_id, optional_text, part
from .banking import (
    CURRENCY,
    NAME_LENGTH,
    check_currency,
    check_details,
    clean_narration,
    mode_of,
    read_check,
    read_payout,
)
from .client import PAGE, RazorpayClient
from .gateway import Merchant, RazorpayGateway, check_key
from .readings import KEY_NOTE

PENNY = 100  # paise that a check sends
SEARCHED_PAGES = 50


class RazorpayXGateway(RazorpayGateway):
    """`PaymentGateway` and `PayoutGateway`; payouts leave from one RazorpayX account."""

    def __init__(self, merchant: Merchant, client: RazorpayClient, account_number: str) -> None:
        """`account_number` is the customer identifier of the RazorpayX account."""
        super().__init__(merchant, client)
        self._account_number = account_number

    async def create_payout_account(self, *, bank: BankDetails, reference: str) -> str:
        """Make contact and bank account known; return the fund account's id. Raises GatewayError.

        Razorpay answers identical details with what it has, so the call may simply be repeated.
        """
        check_details(bank)
        contact = await self._client.post("contacts", _contact(bank, reference))
        account = await self._client.post(
            "fund_accounts",
            {
                "contact_id": identity(contact, "id", "cont"),
                "account_type": "bank_account",
                "bank_account": {
                    "name": bank.holder,
                    "ifsc": bank.routing,
                    "account_number": bank.account_number,
                },
            },
        )
        return identity(account, "id", "fa")

    async def check_account(self, *, account_id: str, key: str, currency: str) -> AccountCheck:
        """Send one rupee and see in whose name it arrives. Raises GatewayError.

        There is no idempotency here either: a check with this key among the newest is not made again.
        """
        check_currency(currency)
        check = await self._find_check(key)
        if check is None:
            wish = {
                "account_number": self._account_number,
                "fund_account": {"id": known_id(account_id, "fa")},
                "amount": PENNY,
                "currency": CURRENCY,
                "notes": {KEY_NOTE: key},
            }
            check = await self._client.post("fund_accounts/validations", wish)
        return _of_account(read_check(check), account_id)

    async def fetch_account_check(self, *, account_id: str, check_id: str) -> AccountCheck:
        """Raises GatewayError."""
        path = f"fund_accounts/validations/{known_id(check_id, 'fav')}"
        return _of_account(read_check(await self._client.get(path)), account_id)

    async def payout(
        self, *, account_id: str, amount: Money, key: str, narration: str
    ) -> GatewayPayout:
        """Pay out once per key; the same key returns the payout as it is now. Raises GatewayError.

        It does not queue for want of balance: it fails at once, the marketplace knows, and nothing leaves
        weeks later.
        """
        check_key(key)
        check_currency(amount.currency)
        wish = {
            "account_number": self._account_number,
            "fund_account_id": known_id(account_id, "fa"),
            "amount": amount.amount,
            "currency": CURRENCY,
            "mode": mode_of(amount.amount),
            "purpose": "payout",
            "queue_if_low_balance": False,
            "reference_id": key,
            "narration": clean_narration(narration),
        }
        answer = await self._client.post("payouts", wish, {"X-Payout-Idempotency": key})
        payout = read_payout(answer)
        if (payout.key, payout.amount, answer.get("fund_account_id")) != (key, amount, account_id):
            raise GatewayError(f"the key was used for {payout.amount} before", code="key_reused")
        return payout

    async def fetch_payout(self, payout_id: str) -> GatewayPayout:
        """Raises GatewayError."""
        return read_payout(await self._client.get(f"payouts/{known_id(payout_id, 'pout')}"))

    async def find_payout(self, key: str) -> GatewayPayout | None:
        """The payout with this reference, the newest first. Raises GatewayError.

        Razorpay is asked for the reference, and each answer is compared all the same.
        """
        query = {"account_number": self._account_number, "reference_id": key}
        for payout in await self._client.every("payouts", query, SEARCHED_PAGES):
            if payout.get("reference_id") == key:
                return read_payout(payout)
        return None

    async def _movements(self, span: Mapping[str, str | int]) -> list[GatewayMovement]:
        query: dict[str, str | int] = {**span, "account_number": self._account_number}
        payouts = await self._client.every("payouts", query)
        return [*await super()._movements(span), *statement.payouts(payouts)]

    async def _find_check(self, key: str) -> Entity | None:
        query: dict[str, str | int] = {"account_number": self._account_number, "count": PAGE}
        found = items(await self._client.get("fund_accounts/validations", query))
        return next((c for c in found if optional_text(part(c, "notes"), KEY_NOTE) == key), None)


def _contact(bank: BankDetails, reference: str) -> dict[str, Any]:
    wish = {
        "name": bank.holder[:NAME_LENGTH],
        "email": bank.email,
        "contact": bank.phone,
        "type": "vendor",
        "reference_id": reference,
    }
    return {name: value for name, value in wish.items() if value is not None}


def _of_account(check: AccountCheck, account_id: str) -> AccountCheck:
    if check.account_id != account_id:
        raise Misshapen("the check is of another account")
    return check
