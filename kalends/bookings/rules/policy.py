"""The policy values that a booking freezes when it is created, and how they are read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from kalends.core.profile import Profile, TaxLine, Tier

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`minutes` feeds the clocks of the process; the rest feeds refunds and settlement."""

    minutes: Mapping[str, int]
    tiers: tuple[Tier, ...]
    provider_fault_percent: int
    fee_to: str
    commission_bp: int
    taxes: tuple[TaxLine, ...]

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
            },
            tiers=profile.cancellation.tiers,
            provider_fault_percent=profile.cancellation.provider_fault_percent,
            fee_to=profile.cancellation.fee_to,
            commission_bp=profile.fees.commission_bp,
            taxes=profile.fees.taxes,
        )

    def write(self) -> dict[str, Any]:
        return {
            "minutes": dict(self.minutes),
            "tiers": [tier.model_dump() for tier in self.tiers],
            "provider_fault_percent": self.provider_fault_percent,
            "fee_to": self.fee_to,
            "commission_bp": self.commission_bp,
            "taxes": [tax.model_dump() for tax in self.taxes],
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            minutes=stored["minutes"],
            tiers=tuple(Tier(**tier) for tier in stored["tiers"]),
            provider_fault_percent=stored["provider_fault_percent"],
            fee_to=stored["fee_to"],
            commission_bp=stored["commission_bp"],
            taxes=tuple(TaxLine(**tax) for tax in stored["taxes"]),
        )
