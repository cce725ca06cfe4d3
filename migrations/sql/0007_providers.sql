DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE
        ON provider_transitions, services, service_staff, staff_members, staff_time_off
        TO kalends_app;
END
$$;
