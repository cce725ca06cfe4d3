-- What a month began with is written once, like the journal that it sums up.
CREATE TRIGGER ledger_closings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_closings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whose accounts have a row each in a closing; the others of their kind stand together.
CREATE FUNCTION ledger_closed_owner(kind text, owner text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind IN ('gateway', 'provider_available', 'provider_reserved') THEN owner ELSE '' END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT ON ledger_closings TO kalends_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON ledger_closings FROM kalends_app;
    GRANT EXECUTE ON FUNCTION ledger_closed_owner(text, text) TO kalends_app;
END
$$;
