"""Enquiries, the offers that they make to providers, and the terms that are proposed on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.core.money import Money

from .bookings import LineFacts


class Mode(StrEnum):
    """`instant`: providers are asked one after another, against the clock; `flexi`: one, without haste."""

    instant = "instant"
    flexi = "flexi"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the customer is: a point in degrees, and its address for people."""

    address: str
    lat: float
    lng: float

    @property
    def point(self) -> tuple[float, float]:
        return self.lat, self.lng


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider who could be asked, with what they would do and the price of it with the way there.

    Frozen when the enquiry is sent. `minutes` is how long it takes, `metres` how far the way is; `category` is
    the first service's, by which the commission goes.
    """

    provider_id: UUID
    provider_name: str
    lines: tuple[LineFacts, ...]
    total: Money
    minutes: int
    metres: int
    category: str | None = None

    @property
    def service_ids(self) -> tuple[UUID, ...]:
        return tuple(line.ref_id for line in self.lines if line.kind == "service")


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """One provider's turn. `expires_at` is None where there is no haste."""

    id: UUID
    sequence: int
    provider_id: UUID
    provider_name: str
    price: Money
    state: str
    state_since: datetime
    offered_at: datetime
    expires_at: datetime | None

    @property
    def live(self) -> bool:
        return self.state == "offered"


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """Terms that one side proposed. The last one that was accepted holds; what is None stays as it was."""

    version: int
    by: str
    price: Money | None
    start: datetime | None
    note: str | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed on: when, and what everything costs, line by line."""

    start: datetime
    lines: tuple[LineFacts, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class EnquiryFacts:
    """An enquiry with its offers (by sequence) and proposals (by version).

    `consent` names a dearer candidate that waits for the customer's word: `price`, `provider_name` and
    `until`. `trial` are the terms of a trial beforehand: `start`, `minutes`, `price`.
    """

    id: UUID
    mode: Mode
    state: str
    customer_id: UUID
    provider_id: UUID
    service_ids: tuple[UUID, ...]
    start: datetime
    zone: str
    location: Spot
    travel_option: str
    notes: str | None
    reference_images: tuple[str, ...]
    max_price: Money
    consent: Mapping[str, Any] | None
    trial: Mapping[str, Any] | None
    offers: tuple[OfferFacts, ...]
    proposals: tuple[ProposalFacts, ...]
    booking_id: UUID | None
    trial_booking_id: UUID | None
    created_at: datetime

    @property
    def live_offer(self) -> OfferFacts | None:
        return next((offer for offer in self.offers if offer.live), None)
