-- A gateway's statement is kept as it was read.
CREATE TRIGGER settlement_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT ON settlement_lines TO kalends_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON settlement_lines FROM kalends_app;
    GRANT SELECT, INSERT, UPDATE, DELETE
        ON settlement_days, settlement_differences,
           sandbox_refunds, sandbox_refund_transitions, sandbox_accounts,
           sandbox_checks, sandbox_check_transitions, sandbox_payouts, sandbox_payout_transitions,
           sandbox_disputes, sandbox_dispute_transitions
        TO kalends_app;
END
$$;
