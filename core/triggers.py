"""Database triggers that any room's migrations may ask for. Functions and tables carry no schema name: a firm's
schema is a clone.

Migrations that use these depend on ("core", "0002_triggers").
"""

from collections.abc import Sequence

from django.db.migrations import RunSQL

# Columns that change with every save and tell nobody anything.
NOISE = ("version", "updated_at")


def audited(
    table: str, *, ignore: Sequence[str] = NOISE, redact: Sequence[str] = (), key: str = "id"
) -> RunSQL:
    """Writes a core.Change for each row of `table` that is updated or deleted, under the Action of the operation.

    `ignore` are columns that are left out, `redact` are columns of which only is kept that they changed (passwords,
    encrypted text), `key` is the primary key's column. One statement costs one INSERT, however many rows it changes.
    """
    arguments = ", ".join(_quoted(text) for text in (",".join(ignore), ",".join(redact), key))
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_audit_update AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION core_audit_change({arguments});
        CREATE TRIGGER {table}_audit_delete AFTER DELETE ON {table}
            REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION core_audit_change({arguments});
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_audit_update ON {table};
        DROP TRIGGER {table}_audit_delete ON {table};
        """,
    )


def touched(table: str) -> RunSQL:
    """Keeps `updated_at` of `table`: the instant of the latest write, by whichever path it came.

    Migrations that use this depend on ("core", "0004_touched_rows"). The trigger's name sorts behind those of
    `BEFORE UPDATE` triggers that compare old and new rows, so that they do not take the new instant for a change.
    """
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_zz_touched BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION core_touch();
        """,
        reverse_sql=f"DROP TRIGGER {table}_zz_touched ON {table};",
    )


def append_only(table: str) -> RunSQL:
    """Refuses UPDATE, DELETE and TRUNCATE of `table` with the promise core_append_only."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP TRIGGER {table}_no_truncate ON {table};
        """,
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
