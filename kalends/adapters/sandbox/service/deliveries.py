"""Webhooks: stored with what they tell, sent by a job."""

from collections.abc import Sequence
from uuid import UUID

from kalends.core.unit import Unit

from ..names import new_name
from ..repository import deliveries
from ..rules import webhook_body
from ..types import Delivery, News


async def tell(unit: Unit, news: News, order_key: UUID | None = None) -> None:
    """Let a job send this webhook after the commit."""
    body = webhook_body(news.kind, news.data, unit.now)
    await send(unit, [(new_name("evt"), body)], order_key)


async def send(
    unit: Unit, events: Sequence[tuple[str, str]], order_key: UUID | None = None
) -> None:
    """Let a job send these webhooks (event id, body), one after the other."""
    first = await deliveries.add(unit.session, order_key, events, unit.now)
    unit.defer("sandbox.deliver", delivery_id=str(first))


async def open_delivery(unit: Unit, delivery: UUID) -> Delivery | None:
    """The webhook, unless it has arrived."""
    return await deliveries.waiting(unit.session, delivery)


async def delivered(unit: Unit, delivery: UUID) -> None:
    """Note the arrival and let the webhook go that waited for it."""
    following = await deliveries.mark_delivered(unit.session, delivery, unit.now)
    if following:
        unit.defer("sandbox.deliver", delivery_id=str(following))
