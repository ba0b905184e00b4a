"""Lines may be priced by the day; the unit of a rate is as fixed as its amount once it is billed."""

from typing import ClassVar

from django.db import migrations, models

# The amount of a rate is watched by billing_check_work; this is its twin for the unit, which seldom changes alone.
UNIT = """
CREATE FUNCTION billing_check_rate_unit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_number text;
BEGIN
    SELECT invoice.number INTO found_number
    FROM billing_billedtime billed
    JOIN billing_invoiceline line ON line.id = billed.line_id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE billed.entry_id = NEW.id AND billed.is_live AND invoice.state <> 'DRAFT'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'time entry is on invoice %', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_entry_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = found_number;
    END IF;
    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND state = 'DRAFT' AND id IN (
        SELECT line.invoice_id FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.entry_id = NEW.id AND billed.is_live
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_timeentry_rate_unit AFTER UPDATE OF rate_minutes ON timesheets_timeentry
    FOR EACH ROW WHEN (OLD.rate_minutes IS DISTINCT FROM NEW.rate_minutes AND OLD.rate_amount = NEW.rate_amount)
    EXECUTE FUNCTION billing_check_rate_unit();
"""
NO_UNIT = """
DROP TRIGGER billing_timeentry_rate_unit ON timesheets_timeentry;
DROP FUNCTION billing_check_rate_unit();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0013_retainers"), ("timesheets", "0013_rate_units")]

    operations: ClassVar = [
        migrations.AddField(
            "invoiceline", "rate_minutes", models.PositiveSmallIntegerField(default=60, db_default=60)
        ),
        migrations.RunSQL(UNIT, reverse_sql=NO_UNIT),
    ]
