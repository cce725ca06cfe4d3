-- Rates and documents are history: rows are added, and nothing else happens to them.
CREATE TRIGGER commission_rates_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commission_rates
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tax_rates_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tax_rates
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_series_kept BEFORE DELETE OR TRUNCATE ON document_series
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A series begins at nothing and counts up by one, so that no number is skipped or given twice.
CREATE FUNCTION document_series_count_up() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last_number = 0 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.last_number = OLD.last_number + 1
        AND (NEW.issuer, NEW.kind, NEW.year) = (OLD.issuer, OLD.kind, OLD.year)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a series counts up by one' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER document_series_counts BEFORE INSERT OR UPDATE ON document_series
    FOR EACH ROW EXECUTE FUNCTION document_series_count_up();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT ON commission_rates, tax_rates, documents TO kalends_app;
    GRANT SELECT, INSERT, UPDATE ON document_series TO kalends_app;
    GRANT EXECUTE ON FUNCTION document_series_count_up() TO kalends_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON commission_rates, tax_rates, documents FROM kalends_app;
    REVOKE DELETE, TRUNCATE ON document_series FROM kalends_app;
END
$$;
