"""Lists of bookings: a page is one statement that writes the documents itself, as `service.present` does.

What depends on who asks and when (label, actions, what is due) is left to the service, which gets what it
needs for that. A test holds the two writers together.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from kalends.core.edge import API_PREFIX
from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, moment_after, slice_of
from kalends.core.reading import Read, Reading

from ..types import BookingCounts, WrittenBooking

# `format` costs a third of what `json_build_object` does. %s stands for what needs no quotes or has them.
# instant(), money() and null() are ours, see `_spelled`.
_DOCUMENT = """
    format('{"id":"%s","number":%s,"kind":"%s","state":"%s","start_time":"%s","end_time":"%s",'
        '"actual_start":%s,"actual_end":%s,"time_zone":%s,"customer":{"id":"%s"},"provider":{"id":"%s"},'
        '"resource":%s,"place":{"name":%s,"address":%s},"participants":[%s],"lines":[%s],'
        '"price":{"lines":[%s],"total":%s},"paid":%s,"refunded":%s,"hold_expires_at":%s,'
        '"cancelled_by":%s,"cancelled_at":%s,"cancellation_reason":%s,"rescheduled":%s,"reschedule_history":[%s],'
        '"details":%s,"series_id":%s,"confirmation_pdf_url":"%s/bookings/%s/confirmation.pdf","created_at":"%s"}',
        b.id, to_json(b.number), b.process, b.state, instant(b.start_at), instant(b.end_at),
        coalesce('"' || instant(b.actual_start) || '"', 'null'),
        coalesce('"' || instant(b.actual_end) || '"', 'null'),
        to_json(b.zone), b.customer_id, b.provider_id,
        CASE WHEN coalesce(b.room_id, b.staff_id) IS NULL THEN 'null' ELSE
            format('{"id":"%s","name":%s,"venue":%s}', coalesce(b.room_id, b.staff_id), b.place->'resource',
            CASE WHEN b.venue_id IS NULL THEN 'null' ELSE format('{"id":"%s","name":%s,"address":%s}',
                b.venue_id, b.place->'name', b.place->'address') END) END,
        b.place->'name', b.place->'address', people.written, lines.written,
        lines.written, money(b.total), money(b.paid), money(b.refunded),
        coalesce('"' || instant(b.hold_expires_at) || '"', 'null'),
        null(b.cancelled_by), coalesce('"' || instant(b.cancelled_at) || '"', 'null'), null(b.cancel_reason), to_json(b.rescheduled),
        CASE WHEN b.rescheduled THEN (
            SELECT string_agg(format('{"original_start":"%s","original_end":"%s","new_start":"%s",'
                '"new_end":"%s","rescheduled_at":"%s","reason":%s,"difference":%s}',
                instant(r.original_start), instant(r.original_end), instant(r.new_start),
                instant(r.new_end), instant(r.at), null(r.reason), money(r.difference)), ',' ORDER BY r.at)
            FROM reschedules r WHERE r.booking_id = b.id) END,
        b.details, coalesce('"' || b.series_id || '"', 'null'), CAST(:api AS text), b.id, instant(b.created_at))
"""
_PAGE = """
    SELECT {document} AS document, b.id, b.process, b.state, b.customer_id, b.provider_id, b.venue_id,
           b.staff_user_ids, b.start_at, b.end_at, b.actual_end, b.total, b.extra, b.paid, b.refunded, b.currency, b.held_by,
           b.code_accepted_at, b.approved_at, b.policy::text, b.created_at, b.vendor_ids
    FROM bookings b CROSS JOIN LATERAL (
        SELECT string_agg(format('{"kind":"%s","ref_id":"%s","name":%s,"quantity":%s,"unit_price":%s,'
                   '"subtotal":%s%s}', l.kind, l.ref_id, to_json(l.name), l.quantity,
                   money(l.unit_price), money(l.subtotal), CASE WHEN l.start_at IS NULL THEN ',"visit":' || 'null'
                   ELSE format(',"visit":{"staff_id":%s,"start_time":"%s","end_time":"%s","cancelled":%s}',
                       coalesce('"' || l.staff_id || '"', 'null'), instant(l.start_at), instant(l.end_at),
                       to_json(l.cancelled_at IS NOT NULL)) END), ',' ORDER BY l.position) AS written
        FROM booking_lines l WHERE l.booking_id = b.id
    ) AS lines CROSS JOIN LATERAL (
        SELECT string_agg(format('{"user_id":"%s","role":"%s"}', p.user_id, p.role), ',' ORDER BY p.role DESC)
            AS written
        FROM booking_participants p WHERE p.booking_id = b.id
    ) AS people
    WHERE {conditions}
    ORDER BY b.created_at DESC, b.id DESC LIMIT :most
"""
_COUNTED = """
    SELECT counts.*, item.* FROM (
        SELECT count(*) AS total, count(*) FILTER (WHERE m.state = ANY(:pending)) AS pending,
               count(*) FILTER (WHERE m.state = ANY(:cancelled)) AS cancelled
        FROM bookings m WHERE m.customer_id = caller.user_id
    ) AS counts LEFT JOIN LATERAL ({page}) AS item ON true
"""
_COUNTS = 3
_FACTS = 22
_POLICIES_REMEMBERED = 1024
_REACH = frozenset({"venue_ids", "provider_ids"})
_CONDITIONS = {
    "own": "b.customer_id = caller.user_id",
    "works_for": """(b.customer_id = caller.user_id
        OR (b.staff_user_ids @> ARRAY[caller.user_id] AND b.provider_id = ANY(:works_for)))""",
    "upcoming": "b.start_at >= caller.now",
    "begun": "b.start_at < caller.now",
    "state": "b.state = :state",
    "room_id": "b.room_id = :room_id",
    "starts_after": "b.start_at >= :starts_after",
    "starts_before": "b.start_at < :starts_before",
    "venue_ids": """(b.venue_id = ANY(:venue_ids) OR b.vendor_ids && :provider_ids
        OR (b.provider_id = ANY(:provider_ids) AND b.process <> 'event'))""",
    "at": "(b.created_at, b.id) < (:at, :last)",
}
_MACROS = {
    # as Python writes it: six digits of a second, or none
    r"instant\(([\w.]+)\)": r"""replace(to_char(\1, 'YYYY-MM-DD"T"HH24":"MI":"SS.US"Z"'), '.000000Z', 'Z')""",
    r"money\(([\w.]+)\)": r"""format('{"amount":%s,"currency":"%s"}', \1, b.currency)""",
    r"null\(([\w.]+)\)": r"coalesce(to_json(\1)::text, 'null')",
}


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Whose bookings, and which of them. None and False mean: do not ask."""

    own: bool = False
    works_for: frozenset[UUID] | None = None
    upcoming: bool = False
    begun: bool = False
    venue_ids: frozenset[UUID] | None = None
    provider_ids: frozenset[UUID] | None = None
    state: str | None = None
    room_id: UUID | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None


async def page_of(
    reading: Reading, wanted: BookingFilter, page: PageQuery
) -> Slice[WrittenBooking]:
    """Newest first. Raises Invalid for a strange cursor."""
    values = _asked(wanted, page)
    rows = await reading.rows(_page(frozenset(values)), **values)
    return _slice([row[:_FACTS] for row in rows], page)


async def own_page(
    reading: Reading, page: PageQuery, pending: frozenset[str], cancelled: frozenset[str]
) -> tuple[Slice[WrittenBooking], BookingCounts]:
    """The caller's own, newest first, and how many there are in all. Raises Invalid for a strange cursor."""
    values = _asked(BookingFilter(own=True), page)
    read = _page(frozenset(values), counted=True)
    rows = await reading.rows(read, **values, pending=list(pending), cancelled=list(cancelled))
    items = [row[_COUNTS : _COUNTS + _FACTS] for row in rows if row[_COUNTS] is not None]
    return _slice(items, page), BookingCounts(*rows[0][:_COUNTS])


def _slice(rows: Sequence[Any], page: PageQuery) -> Slice[WrittenBooking]:
    written = [_written(row) for row in rows]
    return slice_of(written, page.limit, lambda one: (one.created_at.isoformat(), one.id))


def _written(row: Sequence[Any]) -> WrittenBooking:
    document, booking_id, kind, state, customer_id, provider_id, venue_id = row[:7]
    staff_user_ids, start, end, actual_end, total, extra, paid, refunded, currency = row[7:16]
    held_by, code_accepted_at, approved_at, policy, created_at, vendor_ids = row[16:]
    return WrittenBooking(
        document=document,
        id=booking_id,
        kind=kind,
        state=state,
        customer_id=customer_id,
        provider_id=provider_id,
        venue_id=venue_id,
        staff_user_ids=tuple(staff_user_ids),
        start=start,
        end=end,
        actual_end=actual_end,
        total=Money(total, currency),
        extra=Money(extra, currency),
        paid=Money(paid, currency),
        refunded=Money(refunded, currency),
        held_by=held_by,
        code_accepted_at=code_accepted_at,
        approved_at=approved_at,
        policy=_policy(policy),
        created_at=created_at,
        vendor_ids=tuple(vendor_ids),
    )


@lru_cache(maxsize=_POLICIES_REMEMBERED)
def _policy(text: str) -> Mapping[str, Any]:
    policy: dict[str, Any] = json.loads(text)
    return MappingProxyType(policy)


def _asked(wanted: BookingFilter, page: PageQuery) -> dict[str, Any]:
    values = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    asked = {name: value for name, value in values.items() if value not in (None, False)}
    if asked.keys() & _REACH:
        asked |= {name: list(values[name] or ()) for name in _REACH}
    if wanted.works_for is not None:
        asked["works_for"] = list(wanted.works_for)
    if page.cursor:
        asked["at"], asked["last"] = moment_after(page.cursor)
    return asked | {"most": page.limit + 1, "api": API_PREFIX}


@cache
def _page(asked: frozenset[str], *, counted: bool = False) -> Read:
    """The statement that asks for these values: written once."""
    conditions = [_CONDITIONS[name] for name in sorted(asked & _CONDITIONS.keys())]
    page = _PAGE.replace("{document}", _DOCUMENT)
    page = page.replace("{conditions}", " AND ".join(conditions) or "true")
    return Read(_spelled(_COUNTED.replace("{page}", page) if counted else page))


def _spelled(sql: str) -> str:
    for macro, meaning in _MACROS.items():
        sql = re.sub(macro, meaning, sql)
    return sql
