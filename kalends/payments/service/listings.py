"""Looking at payments: one of them, and the lists for operators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.paging import PageQuery, Slice, decode_cursor, slice_of
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
    before = before_id(query.cursor)
    rows = await payments.newest(unit, dict(filters), before=before, limit=query.limit + 1)
    found = [payments.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda payment: (str(payment.id),))


async def list_parked(unit: Unit, query: PageQuery) -> Slice[Any]:
    """What gateways said that does not fit, newest first. Raises Invalid for a cursor that is not ours."""
    rows = await inbox.parked(unit, before=before_id(query.cursor), limit=query.limit + 1)
    return slice_of(rows, query.limit, lambda item: (str(item.id),))


def before_id(cursor: str | None) -> UUID | None:
    """The id that a list goes on after. Raises Invalid."""
    if cursor is None:
        return None
    try:
        return UUID(decode_cursor(cursor, 1)[0])
    except (ValueError, AttributeError, TypeError) as error:
        raise Invalid("the cursor is not one of ours; start without it") from error
