"""Looking at refunds: one's own, a payment's, and everybody's for operators."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..access import access_payment
from ..repository import refunds
from ..types import RefundFacts


async def own_refunds(unit: Unit, query: PageQuery) -> Slice[RefundFacts]:
    """The caller's refunds, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await refunds.of_user(unit, unit.user_id, before=before, limit=query.limit + 1)
    return _slice(rows, query)


async def refunds_of_payment(unit: Unit, payment_id: UUID, query: PageQuery) -> Slice[RefundFacts]:
    """The refunds with a share of this payment, newest first. Raises NotFound, Invalid."""
    await access_payment(unit, payment_id)
    before = id_after(query.cursor)
    rows = await refunds.of_payment(unit, payment_id, before=before, limit=query.limit + 1)
    return _slice(rows, query)


async def list_refunds(unit: Unit, state: str | None, query: PageQuery) -> Slice[RefundFacts]:
    """Everybody's refunds, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await refunds.in_state(unit, state, before=before, limit=query.limit + 1)
    return _slice(rows, query)


def _slice(rows: Sequence[Any], query: PageQuery) -> Slice[RefundFacts]:
    found = [refunds.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda refund: (str(refund.id),))
