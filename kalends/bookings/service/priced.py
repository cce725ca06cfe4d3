"""Quotes of everything that can be asked for."""

from kalends.core.money import Money
from kalends.core.unit import Unit

from ..schemas import EnquiryRequest
from .enquiries.send import possible, trial_of
from .quotes import Priced, Sealed, quote, quote_candidate


async def priced(unit: Unit, request: Priced | EnquiryRequest) -> tuple[Sealed, Money | None]:
    """The quote, and what a trial costs beside it. Raises what asking for it raises for its price."""
    if not isinstance(request, EnquiryRequest):
        return await quote(unit, request), None
    asked = await possible(unit, request.model_copy(update={"quote_token": None}))
    trial = trial_of(unit, request, asked)
    cost = Money(trial["price"], unit.profile.currency) if trial else None
    return quote_candidate(unit, request, asked.first), cost
