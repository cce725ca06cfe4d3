"""The vendors' lines of an event: which of them count, when all have agreed, and what each vendor is shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from kalends.core.money import Money

from ..types import BookingFacts, LineFacts
from ..types.events import EventLine

ENDED = frozenset({"replaced", "removed", "cancelled"})
HOLDING = frozenset({"pending", "countered", "approved"})
NARROWED = "narrowed"
Document = dict[str, Any]


def standing(lines: Sequence[EventLine]) -> list[EventLine]:
    """The lines that are part of the event; a declined one waits for the organiser to replace it."""
    return [line for line in lines if line.state not in ENDED]


def holding(lines: Sequence[EventLine]) -> list[EventLine]:
    """The lines whose vendors' time is wanted."""
    return [line for line in lines if line.state in HOLDING]


def partners(lines: Sequence[EventLine], known: Collection[UUID]) -> list[UUID]:
    """Who serves at the event; when it is cancelled, those who knew of it go on seeing theirs."""
    ended = [x for x in lines if x.state == "cancelled" and x.provider_id in known]
    return list(dict.fromkeys(line.provider_id for line in [*standing(lines), *ended]))


def has_venue(lines: Sequence[EventLine]) -> bool:
    return any(line.role == "venue" for line in standing(lines))


def all_agreed(lines: Sequence[EventLine]) -> bool:
    """Whether every vendor has approved, the venue's among them."""
    left = standing(lines)
    return has_venue(left) and all(line.state == "approved" for line in left)


def total_of(lines: Sequence[EventLine], currency: str) -> Money:
    """What the event costs as things stand; a vendor that declined costs nothing."""
    return Money(sum(line.price.amount for line in holding(lines)), currency)


def price_lines(lines: Sequence[EventLine]) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts("vendor", line.service_id, line.service_name, 1, line.price, line.price)
        for line in holding(lines)
    )


def shown(line: EventLine) -> Document:
    """The line as the booking's document shows it."""
    return {
        "id": str(line.id),
        "provider": {"id": str(line.provider_id), "name": line.provider_name},
        "service": {"id": str(line.service_id), "name": line.service_name},
        "room_id": str(line.room_id) if line.room_id else None,
        "role": line.role,
        "state": line.state,
        "asked": _money(line.asked),
        "countered": _money(line.countered) if line.countered else None,
        "note": line.note,
        "price": _money(line.price),
        "paid": _money(line.allocated),
        "refunded": _money(line.returned),
        "cancellation_tiers": list(line.policy["tiers"]),
    }


def narrowed(booking: BookingFacts, mine: Collection[UUID]) -> BookingFacts:
    """The event as one of its vendors may know it: its own lines and what they cost, nobody else's."""
    own = own_lines(booking.details, mine)
    currency = booking.total.currency
    return replace(
        booking,
        details={**booking.details, "lines": own},
        lines=tuple(_price_line(line) for line in own if line["state"] in HOLDING),
        total=_sum([line for line in own if line["state"] in HOLDING], "price", currency),
        extra=Money.zero(currency),
        paid=_sum(own, "paid", currency),
        refunded=_sum(own, "refunded", currency),
        participants=tuple(p for p in booking.participants if p[1] == "organiser"),
        policy={**booking.policy, NARROWED: True},
    )


def narrowed_document(document: Document, mine: Collection[UUID]) -> Document:
    """The same for a document that is written already; it then says nothing of instalments."""
    own = own_lines(document["details"], mine)
    currency = document["paid"]["currency"]
    kept = [line for line in own if line["state"] in HOLDING]
    lines = [_price_document(line) for line in kept]
    return document | {
        "details": {**document["details"], "lines": own},
        "lines": lines,
        "price": {"lines": lines, "total": _money(_sum(kept, "price", currency))},
        "paid": _money(_sum(own, "paid", currency)),
        "refunded": _money(_sum(own, "refunded", currency)),
        "participants": [p for p in document["participants"] if p["role"] == "organiser"],
    }


def own_lines(details: Mapping[str, Any], mine: Collection[UUID]) -> list[Document]:
    return [line for line in details["lines"] if UUID(line["provider"]["id"]) in mine]


def _price_line(line: Document) -> LineFacts:
    price = Money(line["price"]["amount"], line["price"]["currency"])
    service = line["service"]
    return LineFacts("vendor", UUID(service["id"]), service["name"], 1, price, price)


def _price_document(line: Document) -> Document:
    return {
        "kind": "vendor",
        "ref_id": line["service"]["id"],
        "name": line["service"]["name"],
        "quantity": 1,
        "unit_price": line["price"],
        "subtotal": line["price"],
        "visit": None,
    }


def _sum(lines: Sequence[Document], what: str, currency: str) -> Money:
    return Money(sum(line[what]["amount"] for line in lines), currency)


def _money(money: Money) -> Document:
    return {"amount": money.amount, "currency": money.currency}
