"""Changes are audited, and days that are locked refuse work."""

from django.db import migrations

from core.triggers import audited

LOCK_KEY = """
CREATE FUNCTION timesheets_lock_key() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT hashtextextended(current_schema() || ':timesheets_day_is_locked', 0)
$$;
"""

# Statement-level. The state of a line, its rate and its version may change on locked days: approval goes on.
# The shared lock makes locking wait for open transactions and the other way round.
REFUSE_LOCKED = """
CREATE FUNCTION timesheets_refuse_locked_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    locked date;
    refused date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(timesheets_lock_key());
    SELECT locked_through INTO locked FROM timesheets_timerules WHERE id = 1;
    IF locked IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT min(worked_on) INTO refused FROM new_rows WHERE worked_on <= locked;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT min(worked_on) INTO refused FROM old_rows WHERE worked_on <= locked;
    ELSE
        SELECT min(least(before.worked_on, after.worked_on)) INTO refused
        FROM old_rows before JOIN new_rows after ON after.id = before.id
        WHERE least(before.worked_on, after.worked_on) <= locked
            AND (before.staff_id, before.project_id, before.task_id, before.labor_code_id, before.worked_on,
                 before.worked_minutes, before.billable_minutes, before.is_billable, before.note)
                IS DISTINCT FROM
                (after.staff_id, after.project_id, after.task_id, after.labor_code_id, after.worked_on,
                 after.worked_minutes, after.billable_minutes, after.is_billable, after.note);
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'time on % is locked', refused
            USING ERRCODE = '23514', CONSTRAINT = 'timesheets_day_is_locked', TABLE = TG_TABLE_NAME,
                DETAIL = to_char(refused, 'Dy FMDD Mon');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER timesheets_timeentry_locked_insert AFTER INSERT ON timesheets_timeentry
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_day();
CREATE TRIGGER timesheets_timeentry_locked_update AFTER UPDATE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_day();
CREATE TRIGGER timesheets_timeentry_locked_delete AFTER DELETE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_day();
"""

ALLOW_LOCKED = """
DROP TRIGGER timesheets_timeentry_locked_insert ON timesheets_timeentry;
DROP TRIGGER timesheets_timeentry_locked_update ON timesheets_timeentry;
DROP TRIGGER timesheets_timeentry_locked_delete ON timesheets_timeentry;
DROP FUNCTION timesheets_refuse_locked_day();
"""


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0002_first_rows"), ("core", "0002_triggers")]

    operations = [
        audited("timesheets_timeentry"),
        audited("timesheets_timerules"),
        migrations.RunSQL(LOCK_KEY, reverse_sql="DROP FUNCTION timesheets_lock_key()"),
        migrations.RunSQL(REFUSE_LOCKED, reverse_sql=ALLOW_LOCKED),
    ]
