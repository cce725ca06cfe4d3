"""What must never be found: payments, refunds and the journal telling different stories."""

from typing import Any

from sqlalchemy import text

from kalends.core.checks import Rows
from kalends.core.unit import Unit

# Refunds of released money are the provider's clawbacks. What a card network took is booked by its kind; of
# released money it is the provider's clawback, or the platform's expense.
ESCROW_IDENTITY = text("""
    WITH told AS (
        SELECT subject, currency,
               sum(amount) FILTER (WHERE captured_at IS NOT NULL AND purpose <> 'top_up') AS captured,
               sum(refunded) AS refunded,
               sum(charged_back) FILTER (WHERE purpose <> 'top_up') AS charged
        FROM payments GROUP BY subject, currency
    ), kept AS (
        SELECT CASE account WHEN 'escrow' THEN owner ELSE subject END AS subject, currency,
               -coalesce(sum(amount) FILTER (WHERE account = 'escrow'), 0) AS held,
               coalesce(sum(amount) FILTER (WHERE account = 'escrow' AND kind IN ('release', 'tip')), 0)
                   AS released,
               coalesce(sum(amount) FILTER (WHERE account = 'escrow' AND kind = 'refund'), 0) AS refunded,
               coalesce(sum(amount) FILTER (WHERE account = 'escrow' AND kind = 'chargeback'), 0) AS charged,
               coalesce(sum(amount) FILTER (WHERE account <> 'escrow' AND key LIKE 'refund%'), 0)
                   AS by_provider,
               coalesce(sum(amount) FILTER (WHERE account <> 'escrow' AND key LIKE 'chargeback%'), 0)
                   AS charged_elsewhere
        FROM ledger_lines
        WHERE account = 'escrow'
           OR (account = 'provider_available' AND (key LIKE 'refund\\_by\\_provider:%'
                                                   OR key LIKE 'chargeback\\_provider:%'))
           OR (account = 'staff_tips' AND key LIKE 'chargeback\\_provider:%')
           OR (account = 'chargebacks' AND key LIKE 'chargeback\\_platform:%'
               AND subject NOT LIKE 'wallet:%')
        GROUP BY 1, currency
    )
    SELECT coalesce(told.subject, kept.subject) AS subject, currency,
           CAST(coalesce(told.captured, 0) AS bigint) AS captured,
           CAST(coalesce(kept.held, 0) AS bigint) AS held,
           CAST(coalesce(kept.released, 0) AS bigint) AS released,
           CAST(coalesce(kept.refunded, 0) AS bigint) AS refunded,
           CAST(coalesce(kept.by_provider, 0) AS bigint) AS refunded_by_provider,
           CAST(coalesce(kept.charged, 0) AS bigint) AS charged_back,
           CAST(coalesce(kept.charged_elsewhere, 0) AS bigint) AS charged_back_elsewhere
    FROM told FULL JOIN kept USING (subject, currency)
    WHERE coalesce(told.captured, 0)
          <> coalesce(kept.held + kept.released + kept.refunded + kept.charged, 0)
       OR coalesce(told.refunded, 0) <> coalesce(kept.refunded + kept.by_provider, 0)
       OR coalesce(told.charged, 0) <> coalesce(kept.charged + kept.charged_elsewhere, 0)
""")
# What a card dispute took is in the journal as it says, from whom it says; what did not end in a loss has
# come back; and a payment tells the sum of its disputes, which can never be refunded as well.
CHARGED_BACK_ONCE = text("""
    WITH moved AS (
        SELECT split_part(key, ':', 2) AS chargeback_id, currency,
               -sum(amount) FILTER (WHERE account = 'gateway') AS gone,
               coalesce(sum(amount) FILTER (
                   WHERE account IN ('provider_available', 'staff_tips')), 0) AS by_provider,
               coalesce(sum(amount) FILTER (WHERE account = 'chargebacks'), 0) AS by_platform
        FROM ledger_lines WHERE key LIKE 'chargeback\\_%' GROUP BY 1, 2
    )
    SELECT coalesce(CAST(c.id AS text), m.chargeback_id) AS id, c.state, c.taken AS told,
           CAST(coalesce(m.gone, 0) AS bigint) AS gone
    FROM chargebacks c FULL JOIN moved m
      ON (m.chargeback_id, m.currency) = (CAST(c.id AS text), c.currency)
    WHERE c.id IS NULL
       OR (c.taken, c.from_provider, c.from_platform + c.beyond)
          <> (coalesce(m.gone, 0), coalesce(m.by_provider, 0), coalesce(m.by_platform, 0))
    UNION ALL
    SELECT CAST(p.id AS text), p.state, p.charged_back,
           CAST(coalesce(sum(c.taken - c.beyond), 0) AS bigint)
    FROM payments p LEFT JOIN chargebacks c ON c.payment_id = p.id
    GROUP BY p.id
    HAVING p.charged_back <> coalesce(sum(c.taken - c.beyond), 0)
        OR p.disputed <> coalesce(sum(greatest(c.amount - c.taken, 0)) FILTER (WHERE c.state = 'open'), 0)
""")
REFUNDS_WITHIN_CAPTURES = text("""
    SELECT CAST(p.id AS text) AS payment_id, p.amount, p.refunded,
           CAST(coalesce(sum(s.amount), 0) AS bigint) AS shares
    FROM payments p LEFT JOIN (
        SELECT s.payment_id, s.amount FROM refund_shares s JOIN refunds r ON r.id = s.refund_id
        WHERE r.state NOT IN ('requested', 'rejected')) s ON s.payment_id = p.id
    GROUP BY p.id
    HAVING p.refunded <> coalesce(sum(s.amount), 0)
        OR p.refunded > CASE WHEN p.captured_at IS NULL THEN 0 ELSE p.amount END
    UNION ALL
    SELECT CAST(r.id AS text), r.amount, 0, CAST(coalesce(sum(s.amount), 0) AS bigint)
    FROM refunds r LEFT JOIN refund_shares s ON s.refund_id = r.id
    GROUP BY r.id HAVING r.amount <> coalesce(sum(s.amount), 0)
""")
# What waits for a refund is its amount while it is under way or failed, and nothing before and after.
REFUNDS_PAYABLE = text("""
    WITH waiting AS (
        SELECT owner, currency, -sum(amount) AS held FROM ledger_lines
        WHERE account = 'refunds_payable' GROUP BY owner, currency
    ), expected AS (
        SELECT CAST(id AS text) AS owner, currency,
               CASE WHEN destination = 'original_method' AND state IN ('approved', 'processing', 'failed')
                    THEN amount ELSE 0 END AS due
        FROM refunds
    )
    SELECT owner AS refund_id, currency, CAST(coalesce(held, 0) AS bigint) AS held,
           coalesce(due, 0) AS due
    FROM waiting FULL JOIN expected USING (owner, currency)
    WHERE coalesce(held, 0) <> coalesce(due, 0)
""")
# A refund leaves its gateway once when it is complete; what failed has come back as often as it left.
REFUNDS_SENT = text("""
    WITH moved AS (
        SELECT split_part(key, ':', 3) AS refund_id, owner AS gateway, currency,
               -sum(amount) AS gone, sum(sign(-amount)) AS times
        FROM ledger_lines
        WHERE account = 'gateway' AND kind IN ('refund_sent', 'refund_returned')
        GROUP BY 1, 2, 3
    )
    SELECT coalesce(CAST(r.id AS text), m.refund_id) AS refund_id, r.state,
           CAST(coalesce(m.gone, 0) AS bigint) AS gone, coalesce(r.amount, 0) AS amount
    FROM refunds r FULL JOIN moved m
      ON (m.refund_id, m.gateway, m.currency) = (CAST(r.id AS text), r.gateway, r.currency)
    WHERE (coalesce(m.gone, 0), coalesce(m.times, 0)) IS DISTINCT FROM CASE
        WHEN r.state = 'completed' AND r.destination = 'original_method'
        THEN (CAST(r.amount AS numeric), CAST(1 AS double precision))
        ELSE (CAST(0 AS numeric), CAST(0 AS double precision)) END
""")
# Sent more than half an hour ago, and the gateway has not said what became of it.
REFUNDS_UNKNOWN = text("""
    SELECT CAST(id AS text) AS refund_id, gateway, attempt, state_since FROM refunds
    WHERE state IN ('approved', 'processing') AND gateway_refund_id IS NULL
      AND state_since < kalends_now() - interval '30 minutes'
    LIMIT 100
""")
UNEXPLAINED = text("""
    SELECT CAST(id AS text) AS difference_id, gateway, CAST(day AS text) AS day, kind, object_kind, object_id
    FROM settlement_differences
    WHERE explained_at IS NULL AND noticed_at < kalends_now() - interval '1 day'
    ORDER BY id LIMIT 100
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
