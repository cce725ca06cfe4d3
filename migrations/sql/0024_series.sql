-- Least privilege for the application's role, where there is one.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON booking_series TO kalends_app;
    END IF;
END
$$;
