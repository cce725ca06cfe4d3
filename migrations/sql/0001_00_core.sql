-- The marketplace's clock: the transaction's time plus the one offset that development may move.
CREATE OR REPLACE FUNCTION kalends_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT now() + make_interval(secs => coalesce((SELECT seconds FROM clock_offset WHERE id = 1), 0)::double precision)
$$;

-- What was written stays written: journal and audit log refuse every change, whoever asks.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
