"""The work of payments that nobody waits for."""

from uuid import UUID

from kalends.core.house import House
from kalends.core.jobs import job

from .service.reconcile import reconcile
from .service.webhook import process_event


@job("payments.process_event")
async def process_gateway_event(house: House, inbox_id: str) -> None:
    await process_event(house, UUID(inbox_id))


@job("payments.reconcile", queue="bulk", cron="*/5 * * * *")
async def reconcile_with_gateways(house: House) -> None:
    await reconcile(house)
