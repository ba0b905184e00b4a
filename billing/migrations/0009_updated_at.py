"""The instants of the latest changes of invoices and payments, kept by the database."""

from django.db import migrations, models
from django.db.models.functions import Now

from core.triggers import touched

# What is paid is derived, but whoever asks which invoices changed wants those that were paid meanwhile. The update
# changes nothing; the trigger of updated_at does the rest. Invoices are locked in the order of their ids, as elsewhere.
PAID = """
CREATE FUNCTION billing_touch_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'billing_payment' THEN
        SELECT array_agg(DISTINCT part.invoice_id) INTO touched
        FROM billing_paymentapplication part JOIN new_rows ON new_rows.id = part.payment_id
        JOIN old_rows ON old_rows.id = new_rows.id AND old_rows.state <> new_rows.state;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT invoice_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT invoice_id) INTO touched FROM new_rows;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    UPDATE billing_invoice SET version = version WHERE id = ANY (touched);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_application_touches_added AFTER INSERT ON billing_paymentapplication
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_touch_paid();
CREATE TRIGGER billing_application_touches_removed AFTER DELETE ON billing_paymentapplication
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_touch_paid();
CREATE TRIGGER billing_payment_touches AFTER UPDATE ON billing_payment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_touch_paid();
"""
NOT_PAID = """
DROP TRIGGER billing_payment_touches ON billing_payment;
DROP TRIGGER billing_application_touches_removed ON billing_paymentapplication;
DROP TRIGGER billing_application_touches_added ON billing_paymentapplication;
DROP FUNCTION billing_touch_paid();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_checkout_request"), ("core", "0004_touched_rows")]

    operations = [
        migrations.AddField("invoice", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddField("payment", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "invoice", models.Index(fields=["updated_at", "id"], name="billing_invoice_changed")
        ),
        migrations.AddIndex(
            "payment", models.Index(fields=["updated_at", "id"], name="billing_payment_changed")
        ),
        touched("billing_invoice"),
        touched("billing_payment"),
        migrations.RunSQL(PAID, reverse_sql=NOT_PAID),
    ]
