-- Refunds on their way may not fall below zero either.
CREATE OR REPLACE FUNCTION ledger_guarded(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT kind IN ('escrow', 'customer_wallet', 'provider_available', 'provider_reserved', 'staff_tips',
                    'refunds_payable')
$$;

-- A provider's balance may fall below zero by a clawback only: what is taken back of money that was paid
-- out already. From then on it may rise, not fall further, until it is at zero again.
CREATE OR REPLACE FUNCTION ledger_keep_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE ledger_balances b
    SET balance = b.balance - NEW.amount,
        overdraft = b.balance - NEW.amount < 0 AND (
            (b.overdraft AND NEW.amount < 0)
            OR EXISTS (SELECT FROM ledger_transactions t, ledger_accounts a
                       WHERE t.id = NEW.transaction_id AND t.kind = 'clawback'
                         AND a.id = NEW.account_id AND a.kind = 'provider_available'))
    WHERE b.account_id = NEW.account_id;
    RETURN NULL;
END
$$;
