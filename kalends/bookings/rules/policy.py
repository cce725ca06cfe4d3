"""The policy values that a booking freezes when it is created, and how they are read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from kalends.core.profile import Payments, Profile, TaxLine, Tier

MINUTES_PER_DAY = 24 * 60
MINUTES_PER_HOUR = 60
# What a policy that was frozen before these clocks existed says of them: nothing waits for them.
OLDER_MINUTES = {"balance_due": 0, "balance_end": 0, "auto_release": MINUTES_PER_DAY}
OF_LINE = "line:"  # begins the name of who keeps back one line of an event, and not the others
RELEASE_AT_ONCE = frozenset({"end_time", "completion"})


def keepers(held_by: str | None) -> list[str]:
    """Who keeps back all of a booking's money."""
    return [name for name in (held_by or "").split() if not name.startswith(OF_LINE)]


@dataclass(frozen=True, slots=True)
class Policy:
    """`minutes` feeds the clocks of the process, `release_on` its guards; the rest feeds the money.

    `payment` are the fields of billing's PaymentTerms.
    """

    minutes: Mapping[str, int]
    tiers: tuple[Tier, ...]
    provider_fault_percent: int
    fee_to: str
    commission_bp: int
    taxes: tuple[TaxLine, ...]
    payment: Mapping[str, int]
    release_on: str
    commission_base: Literal["price", "value"] = "price"
    price_tax_bp: int = 0
    no_show_percent: int = 0
    approval: str = "none"

    @classmethod
    def of(cls, profile: Profile, *, now: datetime, start: datetime) -> Self:
        """What governs a booking made now. A hold never outlives the start that it holds."""
        until_start = max(int((start - now) / timedelta(minutes=1)), 1)
        return cls(
            minutes={
                "hold": min(profile.booking.hold_minutes, until_start),
                "reminder": profile.booking.reminder_lead_minutes,
                "release": 0,
                "close": profile.booking.close_days * MINUTES_PER_DAY,
                "auto_release": profile.escrow.auto_release_hours * MINUTES_PER_HOUR,
                "provider_grace": profile.no_show.provider_grace,
                "customer_grace": profile.no_show.customer_grace,
                **_balance_minutes(profile.payments),
            },
            tiers=profile.cancellation.tiers,
            provider_fault_percent=profile.cancellation.provider_fault_percent,
            fee_to=profile.cancellation.fee_to,
            commission_bp=profile.fees.commission_bp,
            taxes=profile.fees.taxes,
            payment=_terms(profile.payments),
            release_on=profile.escrow.release_on,
            commission_base=profile.fees.commission_base,
            price_tax_bp=profile.documents.price_tax_bp,
            no_show_percent=profile.no_show.customer_refund_percent,
            approval=profile.booking.approval,
        )

    def write(self) -> dict[str, Any]:
        return {
            "minutes": dict(self.minutes),
            "tiers": [tier.model_dump() for tier in self.tiers],
            "provider_fault_percent": self.provider_fault_percent,
            "fee_to": self.fee_to,
            "commission_bp": self.commission_bp,
            "taxes": [tax.model_dump(mode="json") for tax in self.taxes],
            "payment": dict(self.payment),
            "release_on": self.release_on,
            "commission_base": self.commission_base,
            "price_tax_bp": self.price_tax_bp,
            "no_show_percent": self.no_show_percent,
            "approval": self.approval,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            minutes=minutes_of(stored),
            tiers=tuple(Tier(**tier) for tier in stored["tiers"]),
            provider_fault_percent=stored["provider_fault_percent"],
            fee_to=stored["fee_to"],
            commission_bp=stored["commission_bp"],
            taxes=tuple(TaxLine(**tax) for tax in stored["taxes"]),
            payment=payment_terms(stored),
            release_on=release_rule(stored),
            commission_base=stored.get("commission_base", "price"),
            price_tax_bp=stored.get("price_tax_bp", 0),
            no_show_percent=stored.get("no_show_percent", 0),
            approval=stored.get("approval", "none"),
        )


def minutes_of(stored: Mapping[str, Any]) -> Mapping[str, int]:
    """The clocks' minutes of a stored policy, however old it is."""
    minutes: Mapping[str, int] = stored["minutes"]
    return {**OLDER_MINUTES, **minutes}


def held_until(stored: Mapping[str, Any], clock: str, since: datetime, start: datetime) -> datetime:
    """When the clock of a state ends that was entered at `since`; never after the start."""
    return min(since + timedelta(minutes=minutes_of(stored)[clock]), start)


def payment_terms(stored: Mapping[str, Any]) -> Mapping[str, int]:
    """What a stored policy says about paying; an older one knows of no deposit."""
    terms: Mapping[str, int] = stored.get("payment", {})
    return terms


def release_rule(stored: Mapping[str, Any]) -> str:
    """What lets the money of a stored policy's booking go to the provider."""
    rule: str = stored.get("release_on", "end_time")
    return rule


def _terms(payments: Payments) -> dict[str, int]:
    percent = payments.deposit_percent if payments.schedule == "deposit" else 0
    return {"percent": percent, "balance_due_hours": payments.balance_due_hours}


def _balance_minutes(payments: Payments) -> dict[str, int]:
    """When, before the start, the balance is due, and when it is no longer waited for."""
    due = payments.balance_due_hours
    grace = min(payments.balance_grace_hours, due)
    return {
        "balance_due": due * MINUTES_PER_HOUR,
        "balance_end": (due - grace) * MINUTES_PER_HOUR,
    }
