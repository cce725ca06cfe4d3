-- The sandbox provider's movements are the ground truth of money: nobody rewrites them.
CREATE TRIGGER sandbox_movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sandbox_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
