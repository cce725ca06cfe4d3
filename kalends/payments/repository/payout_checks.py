"""What must never be found: payouts and the journal telling different stories, secrets that do not open."""

from sqlalchemy import text

from kalends.core.checks import Rows
from kalends.core.crypto import DecryptionFailed
from kalends.core.unit import Unit

from .bank_accounts import SECRETS, context_of, sealed

# Disputes set money aside too, under their own subjects; a payout's postings name the payout.
SET_ASIDE = text("""
    WITH aside AS (
        SELECT subject, owner, currency, -sum(amount) AS amount FROM ledger_lines
        WHERE account = 'provider_reserved' AND subject LIKE 'payout:%'
        GROUP BY subject, owner, currency
    ), expected AS (
        SELECT 'payout:' || id AS subject, CAST(provider_id AS text) AS owner, currency, state,
               CASE WHEN state IN ('eligible', 'processing')
                      OR (state = 'held' AND held_from = 'eligible') THEN amount ELSE 0 END AS amount
        FROM payouts
    )
    SELECT coalesce(e.subject, a.subject) AS payout, e.state,
           CAST(coalesce(e.amount, 0) AS bigint) AS expected,
           CAST(coalesce(a.amount, 0) AS bigint) AS set_aside
    FROM expected e FULL JOIN aside a USING (subject, owner, currency)
    WHERE coalesce(e.amount, 0) <> coalesce(a.amount, 0) OR (e.subject IS NULL AND a.amount <> 0)
""")
# paid: once out of the gateway; otherwise nothing, or out and back.
LEFT_ONCE = text("""
    WITH moved AS (
        SELECT subject, -sum(amount) AS out,
               count(*) FILTER (WHERE kind = 'payout_paid')
             - count(*) FILTER (WHERE kind = 'payout_reversed') AS times
        FROM ledger_lines
        WHERE account = 'gateway' AND kind IN ('payout_paid', 'payout_reversed')
        GROUP BY subject
    )
    SELECT CAST(p.id AS text) AS payout_id, p.state, p.amount,
           CAST(coalesce(m.out, 0) AS bigint) AS left_gateway, coalesce(m.times, 0) AS times
    FROM payouts p FULL JOIN moved m ON m.subject = 'payout:' || p.id
    WHERE p.id IS NULL
       OR coalesce(m.out, 0) <> CASE WHEN p.state = 'paid' THEN p.amount ELSE 0 END
       OR coalesce(m.times, 0) <> CASE WHEN p.state = 'paid' THEN 1 ELSE 0 END
""")
SENT_UNASKED = text("""
    SELECT CAST(p.id AS text) AS payout_id, p.state, p.attempt
    FROM payouts p
    LEFT JOIN payout_attempts a ON a.payout_id = p.id AND a.attempt = p.attempt
    WHERE CASE WHEN p.state IN ('processing', 'paid', 'failed', 'reversed')
               THEN a.key IS NULL OR p.approved_at IS NULL
               ELSE a.key IS NOT NULL END
""")
PROMISED = text("""
    WITH promised AS (
        SELECT subject, currency, sum(gross) AS gross FROM payouts
        WHERE state = 'locked' OR (state = 'held' AND held_from = 'locked')
        GROUP BY subject, currency
    ), kept AS (
        SELECT owner AS subject, currency, -sum(amount) AS held FROM ledger_lines
        WHERE account = 'escrow' GROUP BY owner, currency
    )
    SELECT p.subject, CAST(p.gross AS bigint) AS promised, CAST(coalesce(k.held, 0) AS bigint) AS held
    FROM promised p LEFT JOIN kept k USING (subject, currency)
    WHERE p.gross > coalesce(k.held, 0)
""")
UNANSWERED = text("""
    SELECT CAST(p.id AS text) AS payout_id, a.key
    FROM payouts p JOIN payout_attempts a ON a.payout_id = p.id AND a.attempt = p.attempt
    WHERE p.state = 'processing' AND a.gateway_payout_id IS NULL
      AND a.begun_at < kalends_now() - interval '30 minutes'
""")


async def unreadable(unit: Unit) -> Rows:
    """The accounts of which something does not open where it stands."""
    broken: Rows = []
    last = None
    while page := await sealed(unit, last):
        for row in page:
            broken += [
                {"bank_account_id": str(row.id), "column": column}
                for column in SECRETS
                if not _opens(unit, getattr(row, column), context_of(column, row.id))
            ]
        last = page[-1].id
    return broken


def _opens(unit: Unit, value: bytes | None, context: str) -> bool:
    if value is None:
        return True
    try:
        unit.house.keyring.open(value, context)
    except DecryptionFailed:
        return False
    return True
