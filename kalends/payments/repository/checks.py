"""What must never be found: payments, refunds and the journal telling different stories."""

from typing import Any

from sqlalchemy import text

from kalends.core.checks import Rows
from kalends.core.unit import Unit

ESCROW_IDENTITY = text("""
    WITH told AS (
        SELECT subject, currency,
               sum(amount) FILTER (WHERE captured_at IS NOT NULL AND purpose <> 'top_up') AS captured,
               sum(refunded) AS refunded
        FROM payments GROUP BY subject, currency
    ), kept AS (
        SELECT owner AS subject, currency, -sum(amount) AS held,
               coalesce(sum(amount) FILTER (WHERE kind = 'release'), 0) AS released,
               coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded
        FROM ledger_lines WHERE account = 'escrow' GROUP BY owner, currency
    )
    SELECT coalesce(told.subject, kept.subject) AS subject, currency,
           CAST(coalesce(told.captured, 0) AS bigint) AS captured,
           CAST(coalesce(kept.held, 0) AS bigint) AS held,
           CAST(coalesce(kept.released, 0) AS bigint) AS released,
           CAST(coalesce(kept.refunded, 0) AS bigint) AS refunded
    FROM told FULL JOIN kept USING (subject, currency)
    WHERE coalesce(told.captured, 0)
          <> coalesce(kept.held, 0) + coalesce(kept.released, 0) + coalesce(kept.refunded, 0)
       OR coalesce(told.refunded, 0) <> coalesce(kept.refunded, 0)
""")
REFUNDS_WITHIN_CAPTURES = text("""
    SELECT CAST(p.id AS text) AS payment_id, p.amount, p.refunded,
           CAST(coalesce(sum(s.amount), 0) AS bigint) AS shares
    FROM payments p LEFT JOIN refund_shares s ON s.payment_id = p.id
    GROUP BY p.id
    HAVING p.refunded <> coalesce(sum(s.amount), 0)
        OR p.refunded > CASE WHEN p.captured_at IS NULL THEN 0 ELSE p.amount END
    UNION ALL
    SELECT CAST(r.id AS text), r.amount, 0, CAST(coalesce(sum(s.amount), 0) AS bigint)
    FROM refunds r LEFT JOIN refund_shares s ON s.refund_id = r.id
    GROUP BY r.id HAVING r.amount <> coalesce(sum(s.amount), 0)
""")
CAPTURED_ONCE = text("""
    SELECT CAST(p.id AS text) AS payment_id, p.state, p.amount, p.currency, l.amount AS credited
    FROM payments p
    FULL JOIN (SELECT key, currency, amount FROM ledger_lines
               WHERE key LIKE 'capture:payment:%' AND amount < 0) l
        ON l.key = 'capture:payment:' || p.id
    WHERE (p.captured_at IS NOT NULL OR l.key IS NOT NULL)
      AND (p.captured_at IS NULL OR l.amount IS DISTINCT FROM -p.amount
           OR l.currency IS DISTINCT FROM p.currency)
""")


async def offending(unit: Unit, query: Any) -> Rows:
    return [dict(row) for row in (await unit.session.execute(query)).mappings()]
