"""What must never be false: no circle of managers, always somebody who owns the firm; and who changed what."""

from django.db import migrations

from core.triggers import audited

NO_CIRCLE = """
CREATE FUNCTION people_refuse_manager_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (
            SELECT 1 FROM old_rows was JOIN new_rows now ON now.id = was.id
            WHERE now.manager_id IS NOT NULL AND now.manager_id IS DISTINCT FROM was.manager_id
        ) THEN
            RETURN NULL;
        END IF;
    END IF;
    -- One at a time: two people who are put under each other at once would not see each other's row.
    PERFORM pg_advisory_xact_lock(hashtextextended('people.managers', (TG_RELID)::bigint));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT changed.id AS below, changed.manager_id FROM new_rows changed WHERE changed.manager_id IS NOT NULL
            UNION
            SELECT above.below, next.manager_id
            FROM above JOIN people_staffmember next ON next.id = above.manager_id
            WHERE next.manager_id IS NOT NULL
        )
        SELECT 1 FROM above WHERE above.below = above.manager_id
    ) THEN
        RAISE EXCEPTION 'somebody would manage themselves'
            USING ERRCODE = '23514', CONSTRAINT = 'people_no_manager_circle', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER people_staffmember_no_circle_insert AFTER INSERT ON people_staffmember
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION people_refuse_manager_circle();
CREATE TRIGGER people_staffmember_no_circle_update AFTER UPDATE ON people_staffmember
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION people_refuse_manager_circle();
"""

NO_CIRCLE_BACK = """
DROP TRIGGER people_staffmember_no_circle_insert ON people_staffmember;
DROP TRIGGER people_staffmember_no_circle_update ON people_staffmember;
DROP FUNCTION people_refuse_manager_circle();
"""

# Fires for a statement that takes the last owner's role, deactivates or deletes the last owner.
KEEP_OWNER = """
CREATE FUNCTION people_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN
        RETURN NULL;
    END IF;
    -- Of two owners who lock each other out at once the second waits here, and then sees what the first did.
    PERFORM 1 FROM people_role WHERE is_owner FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM people_user_roles held
        JOIN people_role role ON role.id = held.role_id AND role.is_owner
        JOIN people_user person ON person.id = held.user_id AND person.is_active
    ) THEN
        RAISE EXCEPTION 'the firm would have no owner'
            USING ERRCODE = '23514', CONSTRAINT = 'people_keep_an_owner', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION people_keep_an_active_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Sign-ins and profiles are updates too; only deactivations matter.
    IF NOT EXISTS (
        SELECT 1 FROM old_rows was JOIN new_rows now ON now.id = was.id WHERE was.is_active AND NOT now.is_active
    ) THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM people_role WHERE is_owner FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM people_user_roles held
        JOIN people_role role ON role.id = held.role_id AND role.is_owner
        JOIN people_user person ON person.id = held.user_id AND person.is_active
    ) THEN
        RAISE EXCEPTION 'the firm would have no active owner'
            USING ERRCODE = '23514', CONSTRAINT = 'people_keep_an_owner', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER people_user_roles_keep_an_owner AFTER DELETE ON people_user_roles
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION people_keep_an_owner();
CREATE TRIGGER people_user_keep_an_owner AFTER UPDATE ON people_user
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION people_keep_an_active_owner();
"""

KEEP_OWNER_BACK = """
DROP TRIGGER people_user_roles_keep_an_owner ON people_user_roles;
DROP TRIGGER people_user_keep_an_owner ON people_user;
DROP FUNCTION people_keep_an_owner();
DROP FUNCTION people_keep_an_active_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_owner_role_and_dates"), ("core", "0002_triggers")]

    operations = [
        migrations.RunSQL(NO_CIRCLE, NO_CIRCLE_BACK),
        migrations.RunSQL(KEEP_OWNER, KEEP_OWNER_BACK),
        # A sign-in is no change of the person.
        audited("people_user", ignore=("last_login", "theme"), redact=("password",)),
        audited("people_user_roles"),
        audited("people_staffmember"),
        audited("people_role"),
        audited("people_invitation"),
        audited("people_legalentity"),
        audited("people_workingpattern"),
        audited("people_holiday"),
        audited("people_department"),
        audited("people_office"),
        audited("people_jobtitle"),
    ]
