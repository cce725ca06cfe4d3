-- The application's role, where there is one, works with disputes and card disputes as with other tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON chargebacks, chargeback_transitions, disputes, dispute_transitions, dispute_notes
            TO kalends_app;
    END IF;
END
$$;
