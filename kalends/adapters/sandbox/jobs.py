"""Sending the provider's webhooks over HTTP: at least once, one after the other where order matters."""

from uuid import UUID

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.jobs import job
from kalends.core.unit import open_unit

from .gateway import SandboxGateway
from .rules import WEBHOOK_PATH, sign_webhook
from .service import deliveries
from .types import Delivery


class WebhookRefused(RuntimeError):
    """The merchant did not answer 2xx; the queue tries again later."""


@job("sandbox.deliver", queue="default")
async def deliver(house: House, delivery_id: str) -> None:
    """Send one webhook and note its arrival. Raises WebhookRefused, or httpx's own errors."""
    async with open_unit(house, read_only=True) as unit:
        delivery = await deliveries.open_delivery(unit, UUID(delivery_id))
    if delivery is None:
        return
    await _send(house, delivery)
    async with open_unit(house) as unit:
        await deliveries.delivered(unit, delivery.id)


async def _send(house: House, delivery: Delivery) -> None:
    gateway = house.ports.gateways.get("sandbox")
    secret = house.settings.sandbox_secret
    if not isinstance(gateway, SandboxGateway) or secret is None:
        return  # the profile no longer takes sandbox money; nobody listens
    body, timestamp = delivery.body.encode(), str(int(real_now().timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign_webhook(
            secret.get_secret_value(), delivery.event_id, timestamp, body
        ),
    }
    # Provider and merchant live on the same server, so the merchant's own client reaches both.
    url = gateway.base_url + WEBHOOK_PATH
    response = await gateway.client.post(url, content=body, headers=headers)
    if not response.is_success:
        raise WebhookRefused(f"the merchant answered {response.status_code}")
