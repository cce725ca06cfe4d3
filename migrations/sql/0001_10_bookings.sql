-- Take a stretch of a resource's time, or return NULL when somebody has it.
-- The calendar's row is locked first: a rush then queues instead of deadlocking in the exclusion
-- constraint, which stays as the last word. Holds that have lapsed are let go on the way, without
-- touching their bookings: those expire by their own timer.
CREATE OR REPLACE FUNCTION claim_slot(
    wanted_id uuid, wanted_resource uuid, wanted_during tstzrange, wanted_booking uuid,
    wanted_kind text, wanted_expiry timestamptz, at_now timestamptz
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    taken_id uuid;
BEGIN
    INSERT INTO calendars (resource_id) VALUES (wanted_resource)
        ON CONFLICT (resource_id) DO UPDATE SET version = calendars.version + 1;
    UPDATE allocations SET active = false
     WHERE resource_id = wanted_resource AND active AND during && wanted_during AND expires_at <= at_now;
    INSERT INTO allocations (id, resource_id, during, active, kind, booking_id, expires_at, created_at)
        VALUES (wanted_id, wanted_resource, wanted_during, true, wanted_kind, wanted_booking, wanted_expiry, at_now)
        ON CONFLICT DO NOTHING
        RETURNING id INTO taken_id;
    RETURN taken_id;
END
$$;
