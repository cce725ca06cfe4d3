"""What moved on a day, put together from Razorpay's lists of payments, refunds, payouts and so on. Pure.

Each list is asked for by the day on which its objects were made, and Razorpay does not say when an object
changed later. So a refund that failed, a payout that came back and a dispute that was lost stand on the day
of the object itself: who compares asks again about the days before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kalends.core.gateways import GatewayMovement, MovementKind

from .answers import Entity, identity, money, optional_text, whole
from .banking import DEBITED, read_payout
from .readings import read_refund, was_captured

DAY = timedelta(days=1)


def span(day: date) -> dict[str, str | int]:
    """The query for what was made on this UTC day; both ends belong to it."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {"from": int(start.timestamp()), "to": int((start + DAY).timestamp()) - 1}


def captures(payments: Iterable[Entity]) -> Iterator[GatewayMovement]:
    for payment in payments:
        if was_captured(payment):
            fee = 0 if payment.get("fee") is None else whole(payment, "fee")
            yield _movement(payment, "pay", MovementKind.capture, whole(payment, "amount"), fee=fee)


def refunds(found: Iterable[Entity]) -> Iterator[GatewayMovement]:
    for entity in found:
        refund = read_refund(entity)
        amount = refund.amount.amount
        yield _movement(entity, "rfnd", MovementKind.refund, -amount, reference=refund.key)
        if refund.status == "failed":
            yield _movement(
                entity, "rfnd", MovementKind.refund_failed, amount, reference=refund.key
            )


def payouts(found: Iterable[Entity]) -> Iterator[GatewayMovement]:
    """What has left our account; a payout that waits, or ended before it left, has not moved."""
    for entity in found:
        payout = read_payout(entity)
        amount, fee = payout.amount.amount, payout.fee
        if entity["status"] in DEBITED:
            yield _movement(
                entity, "pout", MovementKind.payout, -amount, fee=fee, reference=payout.key
            )
        if entity["status"] == "reversed":
            yield _movement(
                entity, "pout", MovementKind.payout_reversed, amount, fee=-fee, reference=payout.key
            )


def settlements(found: Iterable[Entity]) -> Iterator[GatewayMovement]:
    """What was paid to our own bank, always in rupees; one that failed came back."""
    for entity in found:
        line, amount = {**entity, "currency": "INR"}, whole(entity, "amount")
        if entity.get("status") in {"processed", "failed"}:
            yield _movement(line, "setl", MovementKind.transfer, -amount)
        if entity.get("status") == "failed":
            back = _movement(line, "setl", MovementKind.transfer, amount)
            yield replace(back, movement_id=f"{back.movement_id}_back")


def lost_disputes(found: Iterable[Entity]) -> Iterator[GatewayMovement]:
    """Razorpay takes the money when a dispute is lost, not while it is open."""
    for entity in found:
        deducted = whole(entity, "amount_deducted")
        if deducted:
            yield _movement(entity, "disp", MovementKind.dispute, -deducted)


def _movement(
    entity: Entity,
    prefix: str,
    kind: MovementKind,
    amount: int,
    **details: int | str | None,
) -> GatewayMovement:
    object_id = identity(entity, "id", prefix)
    extra: Mapping[str, int | str | None] = details
    return GatewayMovement(
        movement_id=f"{object_id}:{kind}",
        kind=kind,
        object_id=object_id,
        amount=amount,
        currency=money(entity).currency,
        at=datetime.fromtimestamp(whole(entity, "created_at"), UTC),
        fee=int(extra.get("fee") or 0),
        reference=None if extra.get("reference") is None else str(extra["reference"]),
        order_id=optional_text(entity, "order_id"),
    )
