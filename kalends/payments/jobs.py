"""The work of payments that nobody waits for."""

from uuid import UUID

from kalends.core.house import House
from kalends.core.jobs import job
from kalends.core.unit import open_unit

from .service.bank_checks import verify_bank_account
from .service.monthly_books import close_months
from .service.payout_progress import ask_paid_payouts
from .service.payout_requests import pay_out_by_calendar
from .service.payout_sending import send_payout
from .service.reconcile import reconcile
from .service.send_refund import send_refund
from .service.settlements import read_statements
from .service.webhook import process_event


@job("payments.process_event")
async def process_gateway_event(house: House, inbox_id: str) -> None:
    await process_event(house, UUID(inbox_id))


@job("payments.send_refund")
async def send_refund_to_gateway(house: House, refund_id: str) -> None:
    await send_refund(house, UUID(refund_id))


@job("payments.reconcile", queue="bulk", cron="*/5 * * * *")
async def reconcile_with_gateways(house: House) -> None:
    await reconcile(house)


@job("payments.read_statements", queue="bulk", cron="20 2 * * *")
async def read_statements_of_gateways(house: House) -> None:
    """Raises StatementsUnread, so that the queue tries again those that did not answer."""
    read = await read_statements(house)
    if read.unread:
        raise StatementsUnread(f"{read.unread} days of statements could not be read")


class StatementsUnread(RuntimeError):
    """A gateway did not tell its statement."""


@job("payments.verify_bank_account")
async def verify_account_at_gateway(house: House, bank_account_id: str) -> None:
    await verify_bank_account(house, UUID(bank_account_id))


@job("payments.send_payout")
async def send_payout_to_gateway(house: House, payout_id: str) -> None:
    await send_payout(house, UUID(payout_id))


@job("payments.pay_out", queue="bulk", cron="30 3 * * *")
async def pay_out_what_is_due(house: House) -> None:
    await pay_out_by_calendar(house)


@job("payments.ask_paid_payouts", queue="bulk", cron="45 4 * * *")
async def ask_about_paid_payouts(house: House) -> None:
    await ask_paid_payouts(house)


@job("payments.close_months", queue="bulk", cron="5 2 * * *")
async def close_months_of_journal(house: House) -> None:
    async with open_unit(house) as unit:
        await close_months(unit)
