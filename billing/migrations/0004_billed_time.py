"""No minute is billed twice, and work that stands on an issued invoice stays as it is.

Whoever changes work locks the entry first and then the invoice that bills it; whoever bills work locks the entries in
the order of their ids; issuing locks the invoice alone. So no two of them wait for each other in a circle.
"""

from django.db import migrations

# What a bill is made of: who worked on what, when, how long, at which rate, and whether it is approved.
BILL_COLUMNS = (
    "staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, billable_minutes, is_billable, state, "
    "rate_amount, rate_currency"
)
# The note changes no amount, but a client has read it on an issued invoice.
WORK_COLUMNS = f"{BILL_COLUMNS}, note"


def differ(columns: str) -> str:
    """The SQL condition that one of the columns is not what it was."""
    new, old = (
        ", ".join(f"{rows}.{column.strip()}" for column in columns.split(","))
        for rows in ("new_rows", "old_rows")
    )
    return f"({new}) IS DISTINCT FROM ({old})"


BILLED = """
CREATE FUNCTION billing_check_billed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- The lock first; the comparison after it is a new statement and sees what others committed meanwhile.
    PERFORM 1 FROM timesheets_timeentry
    WHERE id IN (SELECT entry_id FROM new_rows WHERE is_live) ORDER BY id FOR NO KEY UPDATE;

    IF TG_OP = 'INSERT' THEN
        SELECT entry.id INTO wrong
        FROM new_rows JOIN timesheets_timeentry entry ON entry.id = new_rows.entry_id
        WHERE new_rows.is_live AND entry.state <> 'APPROVED'
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'time entry % is not approved', wrong.id
                USING ERRCODE = '23514', CONSTRAINT = 'billing_entry_is_approved', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;

    SELECT entry.id, entry.billable_minutes, sum(billed.minutes) AS minutes INTO wrong
    FROM timesheets_timeentry entry JOIN billing_billedtime billed ON billed.entry_id = entry.id AND billed.is_live
    WHERE entry.id IN (SELECT entry_id FROM new_rows WHERE is_live)
    GROUP BY entry.id, entry.billable_minutes
    HAVING sum(billed.minutes) > entry.billable_minutes
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% of % minutes of time entry % would be billed',
                wrong.minutes, wrong.billable_minutes, wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_billed_within_billable', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_billedtime_within_insert AFTER INSERT ON billing_billedtime
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed();
CREATE TRIGGER billing_billedtime_within_update AFTER UPDATE ON billing_billedtime
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed();
"""
NO_BILLED = """
DROP TRIGGER billing_billedtime_within_insert ON billing_billedtime;
DROP TRIGGER billing_billedtime_within_update ON billing_billedtime;
DROP FUNCTION billing_check_billed();
"""

# An entry on an issued invoice is refused; one on a draft marks it stale. A cut below what a draft has of the entry
# releases the draft's row, so that live minutes never exceed billable ones.
WORK = f"""
CREATE FUNCTION billing_check_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[];
    rebilled bigint[];
    found_number text;
BEGIN
    SELECT array_agg(new_rows.id), array_agg(new_rows.id) FILTER (WHERE {differ(BILL_COLUMNS)})
    INTO changed, rebilled
    FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id
    WHERE {differ(WORK_COLUMNS)};
    IF changed IS NULL OR NOT EXISTS (
        SELECT 1 FROM billing_billedtime WHERE entry_id = ANY (changed) AND is_live
    ) THEN
        RETURN NULL;
    END IF;

    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT line.invoice_id FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.entry_id = ANY (changed) AND billed.is_live
    ) ORDER BY id FOR NO KEY UPDATE;

    SELECT invoice.number INTO found_number
    FROM billing_billedtime billed
    JOIN billing_invoiceline line ON line.id = billed.line_id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE billed.entry_id = ANY (changed) AND billed.is_live AND invoice.state <> 'DRAFT'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'time entry is on invoice %', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_entry_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = found_number;
    END IF;

    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND state = 'DRAFT' AND id IN (
        SELECT line.invoice_id FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.entry_id = ANY (rebilled) AND billed.is_live
    );
    UPDATE billing_billedtime SET is_live = false
    WHERE is_live AND entry_id IN (
        SELECT entry.id
        FROM timesheets_timeentry entry
        JOIN billing_billedtime billed ON billed.entry_id = entry.id AND billed.is_live
        WHERE entry.id = ANY (rebilled)
        GROUP BY entry.id, entry.billable_minutes
        HAVING sum(billed.minutes) > entry.billable_minutes
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_timeentry_changed AFTER UPDATE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_work();
"""
NO_WORK = """
DROP TRIGGER billing_timeentry_changed ON timesheets_timeentry;
DROP FUNCTION billing_check_work();
"""

# A deleted entry leaves its draft, which is stale then. What an invoice with a number shows cannot be deleted.
DELETED = """
CREATE FUNCTION billing_check_deleted_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_number text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM billing_billedtime WHERE entry_id IN (SELECT id FROM old_rows)) THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT line.invoice_id FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.entry_id IN (SELECT id FROM old_rows)
    ) ORDER BY id FOR NO KEY UPDATE;
    SELECT invoice.number INTO found_number
    FROM billing_billedtime billed
    JOIN billing_invoiceline line ON line.id = billed.line_id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE billed.entry_id IN (SELECT id FROM old_rows) AND invoice.state <> 'DRAFT'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'time entry is on invoice %', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_entry_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = found_number;
    END IF;
    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND id IN (
        SELECT line.invoice_id FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.entry_id IN (SELECT id FROM old_rows)
    );
    DELETE FROM billing_billedtime WHERE entry_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_timeentry_deleted AFTER DELETE ON timesheets_timeentry
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_deleted_work();
"""
NO_DELETED = """
DROP TRIGGER billing_timeentry_deleted ON timesheets_timeentry;
DROP FUNCTION billing_check_deleted_work();
"""

CURRENCY = """
CREATE FUNCTION billing_check_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_invoice WHERE client_id = NEW.id) OR EXISTS (
        SELECT 1 FROM timesheets_timeentry entry JOIN projects_project project ON project.id = entry.project_id
        WHERE project.client_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'client % has time or invoices in %', NEW.id, OLD.currency
            USING ERRCODE = '23514', CONSTRAINT = 'billing_client_currency_is_locked', TABLE = TG_TABLE_NAME,
                DETAIL = OLD.currency;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_client_currency BEFORE UPDATE OF currency ON clients_client
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION billing_check_currency();
"""
NO_CURRENCY = """
DROP TRIGGER billing_client_currency ON clients_client;
DROP FUNCTION billing_check_currency();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_line_work_key"),
        ("timesheets", "0001_initial"),
        ("projects", "0001_initial"),
        ("clients", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(BILLED, reverse_sql=NO_BILLED),
        migrations.RunSQL(WORK, reverse_sql=NO_WORK),
        migrations.RunSQL(DELETED, reverse_sql=NO_DELETED),
        migrations.RunSQL(CURRENCY, reverse_sql=NO_CURRENCY),
    ]
