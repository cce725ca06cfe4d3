"""What must never be found: a gap in a series, a document that says something else than the journal."""

from typing import Any

from sqlalchemy import text

from kalends.core.checks import Rows
from kalends.core.unit import Unit

GAPS = text("""
    SELECT s.issuer, s.kind, s.year, s.last_number, count(d.id) AS documents
    FROM document_series s LEFT JOIN documents d USING (issuer, kind, year)
    GROUP BY s.issuer, s.kind, s.year
    HAVING s.last_number <> count(d.id) OR s.last_number <> coalesce(max(d.sequence), 0)
""")
OTHER_TOTALS = text("""
    SELECT d.number, d.kind, d.cause, d.total, j.booked
    FROM documents d LEFT JOIN LATERAL (
        SELECT CAST(CASE d.kind
            WHEN 'receipt' THEN -sum(l.amount) FILTER (WHERE l.account = 'escrow')
            WHEN 'tax_invoice' THEN sum(l.amount) FILTER (WHERE l.account = 'escrow')
            WHEN 'commission_invoice' THEN
                d.tax - sum(l.amount) FILTER (WHERE l.account = 'platform_commission')
            WHEN 'credit_note' THEN
                sum(l.amount) FILTER (WHERE l.account IN ('escrow', 'provider_available'))
        END AS bigint) AS booked
        FROM ledger_lines l WHERE l.key = d.cause AND l.currency = d.currency
    ) j ON true
    WHERE d.kind NOT IN ('cancellation_note', 'statement') AND j.booked IS DISTINCT FROM d.total
    LIMIT 100
""")

# The newest ones: what was issued earlier was looked at then, and neither it nor the journal changes.
OTHER_STATEMENTS = text("""
    SELECT d.number, d.total, j.booked, s.summed
    FROM (SELECT * FROM documents WHERE kind = 'statement' ORDER BY id DESC LIMIT 1000) d
    CROSS JOIN LATERAL (
        SELECT CAST(coalesce(-sum(l.amount), 0) AS bigint) AS booked FROM ledger_lines l
        WHERE l.account IN ('provider_available', 'provider_reserved')
          AND l.owner = split_part(d.recipient, ':', 2) AND l.currency = d.currency
          AND l.at < CAST(d.content->'statement'->>'until' AS timestamptz)
    ) j
    CROSS JOIN LATERAL (
        SELECT CAST(d.content->'statement'->>'opening' AS bigint)
               + CAST(coalesce(sum(CAST(x->>'amount' AS bigint)), 0) AS bigint) AS summed
        FROM jsonb_array_elements(d.content->'lines') x
    ) s
    WHERE d.total <> j.booked OR d.total <> s.summed
""")


async def offending(unit: Unit, query: Any) -> Rows:
    return [dict(row) for row in (await unit.session.execute(query)).mappings()]
