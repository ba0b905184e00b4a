"""The functions of the audit, once in each firm's schema, and their first use: the audit itself is append-only."""

from django.db import migrations

from core.triggers import append_only

AUDIT_CHANGE = """
CREATE FUNCTION core_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ignored text[] := string_to_array(TG_ARGV[0], ',');
    redacted text[] := string_to_array(TG_ARGV[1], ',');
    row_key text := TG_ARGV[2];
    current_action bigint := nullif(current_setting('psa.action_id', true), '')::bigint;
    current_channel text := coalesce((SELECT channel FROM core_action WHERE id = current_action), 'system');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO core_change (action_id, channel, table_name, row_id, old, new)
        SELECT current_action, current_channel, TG_TABLE_NAME, changed.row_id, changed.old, changed.new
        FROM (
            SELECT before.line ->> row_key AS row_id,
                jsonb_object_agg(
                    field.key, CASE WHEN field.key = ANY (redacted) THEN '"…"'::jsonb ELSE field.value END
                ) AS old,
                jsonb_object_agg(
                    field.key,
                    CASE WHEN field.key = ANY (redacted) THEN '"…"'::jsonb ELSE after.line -> field.key END
                ) AS new
            FROM (SELECT to_jsonb(o) AS line FROM old_rows o) before
            JOIN (SELECT to_jsonb(n) AS line FROM new_rows n) after ON after.line ->> row_key = before.line ->> row_key
            CROSS JOIN LATERAL jsonb_each(before.line) field
            WHERE field.value IS DISTINCT FROM after.line -> field.key AND NOT field.key = ANY (ignored)
            GROUP BY before.line ->> row_key
        ) changed;
    ELSE
        INSERT INTO core_change (action_id, channel, table_name, row_id, old)
        SELECT current_action, current_channel, TG_TABLE_NAME, gone.line ->> row_key,
            (
                SELECT coalesce(jsonb_object_agg(
                    field.key, CASE WHEN field.key = ANY (redacted) THEN '"…"'::jsonb ELSE field.value END
                ), '{}')
                FROM jsonb_each(gone.line) field
                WHERE NOT field.key = ANY (ignored)
            )
        FROM (SELECT to_jsonb(o) AS line FROM old_rows o) gone;
    END IF;
    RETURN NULL;
END
$$;
"""

REFUSE_CHANGE = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = 'core_append_only', TABLE = TG_TABLE_NAME;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(AUDIT_CHANGE, reverse_sql="DROP FUNCTION core_audit_change()"),
        migrations.RunSQL(REFUSE_CHANGE, reverse_sql="DROP FUNCTION core_refuse_change()"),
        append_only("core_action"),
        append_only("core_change"),
    ]
