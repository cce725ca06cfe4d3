-- The application's role, where there is one, works with bank accounts and payouts as with other tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON bank_accounts, bank_account_transitions, payouts, payout_transitions, payout_attempts,
               payout_approvals, payout_holds
            TO kalends_app;
    END IF;
END
$$;
