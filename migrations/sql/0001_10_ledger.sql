-- The journal's guards. They hold for everybody, whatever program speaks to the database.

-- The kinds of account that must not fall below zero; each account of these has a balance row.
CREATE FUNCTION ledger_guarded(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT kind IN ('escrow', 'customer_wallet', 'provider_available', 'provider_reserved', 'staff_tips')
$$;

CREATE FUNCTION ledger_open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_balances (account_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_accounts_open_balance AFTER INSERT ON ledger_accounts
    FOR EACH ROW WHEN (ledger_guarded(NEW.kind)) EXECUTE FUNCTION ledger_open_balance();

-- Guarded accounts are liabilities: a credit (negative) adds to what the owner has.
CREATE FUNCTION ledger_keep_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE ledger_balances SET balance = balance - NEW.amount WHERE account_id = NEW.account_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_entries_keep_balance AFTER INSERT ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_balance();

-- At commit: every touched transaction has exactly the entries it was closed with, zero per currency.
CREATE FUNCTION ledger_check_transaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF (SELECT count(*) FROM ledger_entries WHERE transaction_id = touched)
       <> (SELECT entry_count FROM ledger_transactions WHERE id = touched)
    THEN
        RAISE EXCEPTION 'ledger transaction % does not have the entries it was closed with', touched
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_complete';
    END IF;
    IF EXISTS (SELECT FROM ledger_entries WHERE transaction_id = touched
               GROUP BY currency HAVING sum(amount) <> 0)
    THEN
        RAISE EXCEPTION 'ledger transaction % does not add up to zero', touched
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction('id');
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction('transaction_id');

CREATE TRIGGER ledger_accounts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A balance only moves with an entry, that is inside the trigger above.
CREATE TRIGGER ledger_balances_follow_entries
    BEFORE INSERT OR UPDATE OF balance OR DELETE OR TRUNCATE ON ledger_balances
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

-- One posting in one call. The key is claimed first, so that a repeat finds the first posting; accounts
-- are opened and entries written in a fixed order, so that two postings cannot wait for each other.
CREATE FUNCTION ledger_post(posting jsonb, entries jsonb)
RETURNS TABLE (posted_id uuid, is_fresh boolean, stored_hash text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_transactions
        (id, key, kind, subject, memo, metadata, entries_hash, entry_count, at, actor_id)
    SELECT p.id, p.key, p.kind, p.subject, p.memo, p.metadata, p.entries_hash, p.entry_count, p.at, p.actor_id
    FROM jsonb_to_record(posting) AS p (
        id uuid, key text, kind text, subject text, memo text, metadata jsonb,
        entries_hash text, entry_count smallint, at timestamptz, actor_id uuid)
    ON CONFLICT (key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT t.id, false, t.entries_hash::text
                     FROM ledger_transactions t WHERE t.key = posting ->> 'key';
        RETURN;
    END IF;
    INSERT INTO ledger_accounts (id, kind, owner, currency, created_at)
    SELECT e.account_id, e.kind, e.owner, e.currency, (posting ->> 'at')::timestamptz
    FROM jsonb_to_recordset(entries) AS e (account_id uuid, kind text, owner text, currency text)
    WHERE NOT EXISTS (SELECT FROM ledger_accounts a
                      WHERE (a.kind, a.owner, a.currency) = (e.kind, e.owner, e.currency))
    ORDER BY e.kind, e.owner, e.currency
    ON CONFLICT (kind, owner, currency) DO NOTHING;
    INSERT INTO ledger_entries (transaction_id, account_id, amount, currency)
    SELECT (posting ->> 'id')::uuid, a.id, e.amount, e.currency
    FROM jsonb_to_recordset(entries) AS e (kind text, owner text, currency text, amount bigint)
    JOIN ledger_accounts a ON (a.kind, a.owner, a.currency) = (e.kind, e.owner, e.currency)
    ORDER BY a.id;
    RETURN QUERY SELECT (posting ->> 'id')::uuid, true, posting ->> 'entries_hash';
END
$$;

-- The application's role may not write balances, and so cannot lock them itself.
CREATE FUNCTION ledger_lock(kinds text[], owners text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM ledger_balances b
    JOIN ledger_accounts a ON a.id = b.account_id
    JOIN unnest(kinds, owners) AS w (kind, owner) ON (a.kind, a.owner) = (w.kind, w.owner)
    ORDER BY b.account_id
    FOR NO KEY UPDATE OF b;
END
$$;

-- The journal as other rooms' checks may read it.
CREATE VIEW ledger_lines AS
    SELECT t.id AS transaction_id, t.key, t.kind, t.subject, t.at,
           a.kind AS account, a.owner, e.currency, e.amount
    FROM ledger_entries e
    JOIN ledger_transactions t ON t.id = e.transaction_id
    JOIN ledger_accounts a ON a.id = e.account_id;
