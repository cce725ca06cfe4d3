"""Commission and taxes with their days: what holds at a moment, and how an operator changes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.profile import TaxLine
from kalends.core.unit import Unit

from ..errors import RateInThePast, RatesExceedPrice
from ..repository import rates
from ..rules.rates import local_day, taxes_on
from ..rules.settlement import net_share
from ..types import CommissionRate, FeeTerms, NewCommission, NewTax, TaxRate


async def terms_for(
    unit: Unit, provider_id: UUID | None, category: str | None, at: datetime
) -> FeeTerms:
    """What a sale made at this moment is charged; a booking freezes it.

    The commission is the table's most specific one (provider, then category, then everybody's), else
    the profile's. The taxes are the table's lines valid on the marketplace's day, else the profile's.
    """
    profile = unit.profile
    day = local_day(at, profile.time_zone)
    commission, lines = await rates.valid(unit, provider_id, category, (at, day))
    return FeeTerms(
        commission_bp=profile.fees.commission_bp if commission is None else commission,
        taxes=taxes_on(day, profile.fees.taxes, lines),
        commission_base=profile.fees.commission_base,
        price_tax_bp=profile.documents.price_tax_bp,
    )


async def change_commission(unit: Unit, new: NewCommission) -> FeeTerms:
    """Set a commission from now or a later moment on; audited with what it was before.

    Raises RateInThePast, RatesExceedPrice, NotFound for an unknown provider.
    """
    at = new.valid_from or unit.now
    if at < unit.now:
        raise RateInThePast("leave valid_from out, or name a moment that is to come")
    before = await terms_for(unit, new.provider_id, new.category, at)
    await rates.add_commission(unit, new)
    await _check_fit(unit, at)
    after = await terms_for(unit, new.provider_id, new.category, at)
    scope = {"provider_id": new.provider_id, "category": new.category}
    detail = scope | {
        "before": before.commission_bp,
        "after": after.commission_bp,
        "valid_from": at.isoformat(),
        "reason": new.reason,
    }
    await record(
        unit, Deed("commission.changed", "commission", str(new.provider_id or "all"), detail)
    )
    return after


async def change_tax(unit: Unit, new: NewTax) -> None:
    """Set a tax from today or a later day on; audited with what it was before.

    Raises RateInThePast, RatesExceedPrice.
    """
    day = new.line.valid_from
    assert day is not None
    if day < local_day(unit.now, unit.profile.time_zone):
        raise RateInThePast("valid_from is today or a day that is to come")
    _, known = await rates.valid(unit, None, None, (unit.now, day))
    before = taxes_on(day, unit.profile.fees.taxes, known)
    await rates.add_tax(unit, new)
    await _check_fit(unit, unit.now)
    detail = {
        "before": [_plain(line) for line in before if line.name == new.line.name],
        "after": _plain(new.line),
        "reason": new.reason,
    }
    await record(unit, Deed("tax.changed", "tax", new.line.name, detail))


async def _check_fit(unit: Unit, at: datetime) -> None:
    """Refuse rates that would take more than the price on any day from `at` on.

    A booking that froze them could never be settled.
    """
    profile, today = unit.profile, local_day(at, unit.profile.time_zone)
    stored = await rates.highest_commission(unit, at)
    highest = max(profile.fees.commission_bp, stored or 0)
    for day in [today, *await rates.days_of_change(unit, today)]:
        _, lines = await rates.valid(unit, None, None, (at, day))
        taxes = taxes_on(day, profile.fees.taxes, lines)
        base, contained = profile.fees.commission_base, profile.documents.price_tax_bp
        if net_share(highest, taxes, base, contained) < 0:
            raise RatesExceedPrice(
                f"a commission of {highest / 100:g} % and the taxes of {day} leave less than nothing",
                day=day.isoformat(),
            )


def _plain(line: TaxLine) -> dict[str, Any]:
    return line.model_dump(mode="json")


async def commission_settings(unit: Unit) -> tuple[FeeTerms, list[CommissionRate]]:
    """What everybody pays now, and the newest rates."""
    return await terms_for(unit, None, None, unit.now), list(await rates.commissions(unit))


async def tax_settings(unit: Unit) -> tuple[FeeTerms, list[TaxRate]]:
    """What holds today, and the newest lines."""
    return await terms_for(unit, None, None, unit.now), list(await rates.taxes(unit))
