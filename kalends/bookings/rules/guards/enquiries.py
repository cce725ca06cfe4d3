"""What must hold of an enquiry, or of an offer to a provider or a waiting customer, before a step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.process import by_name


class GuardedEnquiry(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def consent(self) -> Mapping[str, Any] | None: ...


class GuardedOffer(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def expires_at(self) -> datetime | None: ...


def consent_wanted(enquiry: GuardedEnquiry, _: datetime) -> Problem | None:
    """A dearer provider waits for the customer's word."""
    return None if enquiry.consent else _refused(enquiry.state, "nobody waits for a consent")


def without_haste(enquiry: GuardedEnquiry, _: datetime) -> Problem | None:
    return None if enquiry.mode == "flexi" else _refused(enquiry.state, "this one is instant")


def in_time(offer: GuardedOffer, now: datetime) -> Problem | None:
    """There is still time to answer."""
    late = offer.expires_at is not None and now >= offer.expires_at
    return _refused(offer.state, "the time to answer is over") if late else None


def against_the_clock(offer: GuardedOffer, _: datetime) -> Problem | None:
    timed = offer.expires_at is not None
    return None if timed else _refused(offer.state, "this offer has no end of its own")


def _refused(state: str, sentence: str) -> Problem:
    return TransitionNotAllowed(sentence, state=state, actions=[])


ENQUIRY_GUARDS = by_name((consent_wanted, without_haste))
OFFER_GUARDS = by_name((in_time, against_the_clock))
WAITLIST_GUARDS = by_name((in_time,))
