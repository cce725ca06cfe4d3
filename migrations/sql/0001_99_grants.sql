-- Least privilege for the application's role, where there is one: it works with every table, but the
-- journal and the audit log only grow, and balances are written by the journal's triggers alone.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO kalends_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kalends_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO kalends_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO kalends_app;
    REVOKE UPDATE, DELETE, TRUNCATE
        ON ledger_accounts, ledger_transactions, ledger_entries, audit_log FROM kalends_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_balances FROM kalends_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_lines FROM kalends_app;
END
$$;
