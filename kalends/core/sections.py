"""The sections of the profile about those who sell: who may, what, and who is found first."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Noun = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,29}$")]
ProviderKind = Literal["individual", "business", "venue", "vendor", "salon"]
ServiceType = Literal["instant", "flexi", "standard"]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Words(Section):
    """The marketplace's own nouns, for people only."""

    provider: str = "provider"
    customer: str = "customer"
    resource: str = "resource"


class Features(Section):
    venues: bool = False
    reviews: bool = False
    favourites: bool = False
    providers: bool = False
    services: bool = False
    staff: bool = False
    enquiries: bool = False
    calendars: bool = False
    subscriptions: bool = False
    templates: bool = False
    events: bool = False
    series: bool = False
    waitlist: bool = False

    @model_validator(mode="after")
    def _providers_first(self) -> Self:
        if (self.services or self.staff) and not self.providers:
            raise ValueError("services and staff belong to providers; set providers = true too")
        if self.enquiries and not self.services:
            raise ValueError("enquiries are about services; set services = true too")
        return self


class Providers(Section):
    """Who may sell, and whether an operator looks first. No `categories` means: any."""

    kinds: tuple[ProviderKind, ...] = Field(default=("business",), min_length=1)
    approval: Literal["auto", "operator"] = "operator"
    categories: tuple[Category, ...] = ()
    max_portfolio: int = Field(default=30, ge=0, le=100)


class Services(Section):
    types: tuple[ServiceType, ...] = Field(default=("standard",), min_length=1)


class Availability(Section):
    buffer_minutes: int = Field(default=0, ge=0, le=1440, description="kept free after a job")
    step_minutes: Literal[5, 10, 15, 20, 30, 60] = 15
    overrun_minutes: int = Field(default=60, ge=1, le=1440)


class NoShow(Section):
    """How long one waits for the other side (minutes after the start), and what an absent customer gets back."""

    provider_grace: int = Field(default=30, ge=0, le=1440)
    customer_grace: int = Field(default=15, ge=0, le=1440)
    customer_refund_percent: int = Field(default=0, ge=0, le=100)


class Calendars(Section):
    """Calendars of other systems that block rooms and staff."""

    max_feeds: int = Field(default=3, ge=1, le=10, description="for each room or member")
    refresh_minutes: int = Field(default=30, ge=5, le=1440)


class Contact(Section):
    """Whether those who serve learn how to reach the customer; `masked_relay` shows nothing either."""

    policy: Literal["reveal_when_confirmed", "masked_relay", "never"] = "never"


class Series(Section):
    """Bookings that repeat."""

    max_count: int = Field(default=52, ge=2, le=104)
    max_unpaid: int = Field(default=1, ge=1, le=10, description="series of one customer")


class Waitlist(Section):
    """How long somebody who waited may think about an offer, and how long before its start none is made."""

    offer_minutes: int = Field(default=60, ge=1, le=24 * 60)
    lead_minutes: int = Field(default=60, ge=1, le=7 * 24 * 60)
    max_open: int = Field(default=10, ge=1, le=100, description="lines that one may stand in")


class Booking(Section):
    """How long an unpaid hold lives, how far ahead and how long one may book."""

    kinds: tuple[Literal["rental", "appointment", "event", "instant", "flexi"], ...]
    number_prefix: str = Field(default="BKG", pattern=r"^[A-Z]{2,6}$")
    hold_minutes: int = Field(default=15, ge=1, le=1440)
    window_days: int = Field(default=365, ge=1, le=1095)
    min_minutes: int = Field(default=30, ge=1)
    max_minutes: int = Field(default=7 * 24 * 60, ge=1)
    max_live_holds: int = Field(default=5, ge=1)
    reminder_lead_minutes: int = Field(default=24 * 60, ge=1)
    close_days: int = Field(default=7, ge=0)
    approval: Literal["none", "before_payment", "after_payment"] = "none"
    approval_hours: int = Field(default=24, ge=1, le=24 * 14)
    early_start_minutes: int = Field(default=30, ge=0, le=1440)
    at_risk_minutes: int = Field(default=120, ge=1, le=1440)
    silence_hours: int = Field(default=24, ge=1, le=24 * 14)
    link_hours: int = Field(default=24, ge=0, le=24 * 7, description="of links in letters; 0: none")
    series: Series = Series()
    waitlist: Waitlist = Waitlist()


class Decline(Section):
    """When declining has a consequence: more than so many in a week, for so many days."""

    review_after: int = Field(default=3, ge=1, le=100)
    review_days: int = Field(default=7, ge=1, le=90)
    penalty_percent: int = Field(default=80, ge=1, le=100, description="what is left of a score")


class Enquiries(Section):
    """Asking before booking. `instant`: one provider after another for so many minutes each; `flexi`: one
    provider, without haste.
    """

    offer_minutes: int = Field(default=2, ge=1, le=60)
    max_offers: int = Field(default=5, ge=1, le=20)
    instant_window_days: int = Field(default=4, ge=1, le=60)
    radius_km: int = Field(default=25, ge=1, le=500, description="where others are looked for")
    duration_tolerance_percent: int = Field(default=50, ge=0, le=100)
    consent_minutes: int = Field(default=10, ge=1, le=1440)
    max_open: int = Field(default=10, ge=1, le=100, description="enquiries of one customer")
    max_age_days: int = Field(default=30, ge=1, le=365, description="of a flexi enquiry")
    proposal_hours: int = Field(default=72, ge=1, le=24 * 30)
    flexi_payment_hours: int = Field(default=24, ge=1, le=24 * 14)
    trial_decision_hours: int = Field(default=72, ge=1, le=24 * 30)


class Journeys(Section):
    """The way to a customer: when it is time to get ready, and when a job left open is looked at."""

    prepare_minutes: int = Field(default=60, ge=0, le=1440, description="before the start")
    overdue_hours: int = Field(default=24, ge=1, le=24 * 7)


class Ranking(Section):
    """How much nearness and rating count in the order of providers near a point; together 100."""

    proximity_percent: int = Field(default=60, ge=0, le=100)
    rating_percent: int = Field(default=40, ge=0, le=100)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.proximity_percent + self.rating_percent != 100:  # noqa: PLR2004 - per cent
            raise ValueError("proximity_percent and rating_percent together are 100")
        return self


class Search(Section):
    fallback_below: int = Field(default=5, ge=0, le=20)
    max_radius_km: int = Field(default=100, ge=1)
    ranking: Ranking = Ranking()


class Disputes(Section):
    """Until when the people of a booking may complain about it."""

    window_days: int = Field(default=14, ge=1, le=365, description="after the booking's end")


class Plan(Section):
    """What an organiser may subscribe to; `price` is minor units for so many months."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,39}$")
    title: str = Field(min_length=1, max_length=120)
    price: int = Field(ge=0)
    months: int = Field(default=1, ge=1, le=36)
    trial_days: int = Field(default=0, ge=0, le=365)


class Subscriptions(Section):
    """Plans on offer, and how long a period that is not paid for keeps its doors open."""

    plans: tuple[Plan, ...] = ()
    grace_days: int = Field(default=7, ge=0, le=90)
    first_payment_hours: int = Field(default=24, ge=1, le=24 * 30)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if len({plan.id for plan in self.plans}) != len(self.plans):
            raise ValueError("two plans have the same id")
        return self


class VendorTiers(Section):
    """How far the tiers of cancellation may go that a vendor sets for its own part of an event."""

    max_tiers: int = Field(default=5, ge=1, le=10)
    max_hours: int = Field(default=90 * 24, ge=0, le=365 * 24, description="before the start")
    least_percent: int = Field(
        default=0, ge=0, le=100, description="who cancels earliest gets back at least so much"
    )


class Events(Section):
    """How long vendors have for their answers, and the organiser then for the payment; whether vendors
    may have tiers of their own.
    """

    answer_days: int = Field(default=7, ge=1, le=90)
    payment_hours: int = Field(default=72, ge=1, le=24 * 30)
    vendor_tiers: VendorTiers | None = None
