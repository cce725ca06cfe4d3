"""Looking at payments: one of them, and the lists for operators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..access import access_payment
from ..repository import inbox, payments
from ..types import PaymentFacts


async def read_payment(unit: Unit, payment_id: UUID) -> PaymentFacts:
    """One payment, for its payer and for operators. Raises NotFound for everybody else."""
    return payments.facts(await access_payment(unit, payment_id))


async def list_payments(
    unit: Unit, filters: Mapping[str, str | None], query: PageQuery
) -> Slice[PaymentFacts]:
    """Payments, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await payments.newest(unit, dict(filters), before=before, limit=query.limit + 1)
    found = [payments.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda payment: (str(payment.id),))


async def list_parked(unit: Unit, query: PageQuery) -> Slice[Any]:
    """What gateways said that does not fit, newest first. Raises Invalid for a cursor that is not ours."""
    rows = await inbox.parked(unit, before=id_after(query.cursor), limit=query.limit + 1)
    return slice_of(rows, query.limit, lambda item: (str(item.id),))
