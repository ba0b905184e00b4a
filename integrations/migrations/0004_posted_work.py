"""Time that stands in the accounting stays as it is.

An entry is posted while a link says so, and from the moment in which a worker sends it: the worker reads it under its
lock after that was committed, so nobody changes what is being sent.
"""

from django.db import migrations, models

# What a time activity says. Rates and billable minutes are no part of it.
COLUMNS = "staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, note, state"


def differ() -> str:
    new, old = (
        ", ".join(f"{rows}.{column.strip()}" for column in COLUMNS.split(","))
        for rows in ("new_rows", "old_rows")
    )
    return f"({new}) IS DISTINCT FROM ({old})"


POSTED = f"""
CREATE FUNCTION integrations_is_posted(entries bigint[]) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT local_id FROM integrations_externallink
    WHERE local_kind = 'timesheets.timeentry' AND state = 'ACTIVE' AND local_id = ANY (entries)
    UNION ALL
    SELECT key::bigint FROM core_outboxrow
    WHERE kind = 'quickbooks.time' AND state IN ('SENDING', 'UNKNOWN') AND key = ANY (entries::text[])
    LIMIT 1
$$;
CREATE FUNCTION integrations_check_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    posted bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(new_rows.id) INTO touched
        FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id WHERE {differ()};
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    posted := integrations_is_posted(touched);
    IF posted IS NOT NULL THEN
        RAISE EXCEPTION 'time entry % is posted', posted
            USING ERRCODE = '23514', CONSTRAINT = 'integrations_posted_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER integrations_posted_update AFTER UPDATE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION integrations_check_posted();
CREATE TRIGGER integrations_posted_delete AFTER DELETE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION integrations_check_posted();
"""
UNPOSTED = """
DROP TRIGGER integrations_posted_update ON timesheets_timeentry;
DROP TRIGGER integrations_posted_delete ON timesheets_timeentry;
DROP FUNCTION integrations_check_posted();
DROP FUNCTION integrations_is_posted(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0003_quickbooks"),
        ("timesheets", "0003_triggers"),
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="quickbooksrules",
            name="posts_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="externallink",
            index=models.Index(fields=["local_kind", "local_id"], name="integrations_link_by_local"),
        ),
        migrations.RunSQL(POSTED, UNPOSTED),
    ]
