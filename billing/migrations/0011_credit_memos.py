"""Credit memos, what becomes of a client's credit, write-offs: dated, never beyond what there is, never changed."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from core.triggers import audited, touched

BILLED_TIME = import_module("billing.migrations.0004_billed_time")
ISSUED = import_module("billing.migrations.0005_issued_invoices")
PAYMENTS = import_module("billing.migrations.0006_payments")


def function_of(text: str) -> str:
    """The function at the beginning of a migration's SQL, to be put in the place of the one that is there."""
    return text[: text.index("$$;") + 3].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def less_released(text: str) -> str:
    """The same function, for which minutes that a credit memo gave back are not billed any more."""
    return function_of(text).replace("sum(billed.minutes)", "sum(billed.minutes - billed.released_minutes)")


# A firm that numbers its invoices CM already gets another prefix for its credit memos.
PREFIX = "UPDATE billing_billingrules SET credit_prefix = 'CR' WHERE number_prefix = 'CM'"

# Billed work of an issued invoice is released by its credit memos alone, minute by minute; voiding releases the rest.
RELEASED = function_of(ISSUED.BILLED).replace(
    """WHERE invoice.state = 'ISSUED' OR invoice.state = 'VOID' AND (
            new_rows.is_live OR to_jsonb(new_rows) - 'is_live' IS DISTINCT FROM to_jsonb(old_rows) - 'is_live'
        )""",
    """WHERE invoice.state <> 'DRAFT' AND (
            to_jsonb(new_rows) - ARRAY['is_live', 'released_minutes']
                IS DISTINCT FROM to_jsonb(old_rows) - ARRAY['is_live', 'released_minutes']
            OR invoice.state = 'VOID' AND (new_rows.is_live OR new_rows.released_minutes <> old_rows.released_minutes)
            OR invoice.state = 'ISSUED' AND (
                new_rows.is_live <> (new_rows.released_minutes < new_rows.minutes)
                OR new_rows.released_minutes <> (
                    SELECT coalesce(sum(given.minutes), 0)
                    FROM billing_creditedtime given
                    JOIN billing_creditline part ON part.id = given.credit_line_id
                    JOIN billing_creditmemo credit ON credit.id = part.credit_id
                    WHERE given.billed_id = new_rows.id AND credit.state = 'ISSUED'
                )
            )
        )""",
)

AFTER_ISSUE = "ARRAY['state', 'version', 'sent_at', 'sent_to', 'voided_on', 'void_reason', 'void_entry_id']"

CREDITS = f"""
CREATE FUNCTION billing_check_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'DRAFT' AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'DRAFT' AND NEW.state = 'DRAFT' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'DRAFT' AND NEW.state = 'ISSUED' THEN
        IF NEW.total_amount <= 0
            OR NEW.subtotal_amount <>
                (SELECT coalesce(sum(amount), 0) FROM billing_creditline WHERE credit_id = NEW.id)
            OR NEW.tax_amount <> (SELECT coalesce(sum(amount), 0) FROM billing_credittax WHERE credit_id = NEW.id)
        THEN
            RAISE EXCEPTION 'the lines of credit memo % do not add up', NEW.id
                USING ERRCODE = '23514', CONSTRAINT = 'billing_credit_adds_up', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
        OR (OLD.state, NEW.state) NOT IN (('ISSUED', 'ISSUED'), ('ISSUED', 'VOID'), ('VOID', 'VOID'))
        OR to_jsonb(NEW) - {AFTER_ISSUE} IS DISTINCT FROM to_jsonb(OLD) - {AFTER_ISSUE}
        OR (OLD.state = NEW.state AND (OLD.voided_on, OLD.void_reason, OLD.void_entry_id)
            IS DISTINCT FROM (NEW.voided_on, NEW.void_reason, NEW.void_entry_id))
    THEN
        RAISE EXCEPTION 'credit memo % is issued', OLD.number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credit_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.state <> NEW.state AND (
        EXISTS (SELECT 1 FROM billing_creditapplication WHERE credit_id = NEW.id AND undone_on IS NULL)
        OR EXISTS (SELECT 1 FROM billing_refund WHERE credit_id = NEW.id AND undone_on IS NULL)
    ) THEN
        RAISE EXCEPTION 'credit memo % is used', OLD.number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_void_credit_is_unused', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_creditmemo_issued BEFORE UPDATE OR DELETE ON billing_creditmemo
    FOR EACH ROW EXECUTE FUNCTION billing_check_credit();
CREATE TRIGGER billing_creditdocument_frozen BEFORE UPDATE OR DELETE ON billing_creditdocument
    FOR EACH ROW EXECUTE FUNCTION billing_check_document();
"""
NO_CREDITS = """
DROP TRIGGER billing_creditdocument_frozen ON billing_creditdocument;
DROP TRIGGER billing_creditmemo_issued ON billing_creditmemo;
DROP FUNCTION billing_check_credit();
"""

# Locks the credit memos first, so that a line cannot slip in while one is being issued.
PARTS = """
CREATE FUNCTION billing_check_credit_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines bigint[];
    touched bigint[];
    found_number text;
BEGIN
    IF TG_TABLE_NAME = 'billing_creditedtime' THEN
        IF TG_OP = 'INSERT' THEN
            SELECT array_agg(DISTINCT credit_line_id) INTO lines FROM new_rows;
        ELSIF TG_OP = 'DELETE' THEN
            SELECT array_agg(DISTINCT credit_line_id) INTO lines FROM old_rows;
        ELSE
            SELECT array_agg(DISTINCT part.credit_line_id) INTO lines
            FROM (SELECT credit_line_id FROM old_rows UNION ALL SELECT credit_line_id FROM new_rows) part;
        END IF;
        SELECT array_agg(DISTINCT credit_id) INTO touched FROM billing_creditline WHERE id = ANY (lines);
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT credit_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT credit_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT part.credit_id) INTO touched
        FROM (SELECT credit_id FROM old_rows UNION ALL SELECT credit_id FROM new_rows) part;
    END IF;
    PERFORM 1 FROM billing_creditmemo WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT number INTO found_number FROM billing_creditmemo WHERE id = ANY (touched) AND state <> 'DRAFT' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'credit memo % is issued', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credit_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
"""
NO_PARTS = "DROP FUNCTION billing_check_credit_parts();"

# The invoice is locked first: two people who credit the same line wait for each other, and the second is refused.
CREDITED = """
CREATE FUNCTION billing_check_credited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'billing_creditmemo' THEN
        SELECT array_agg(DISTINCT invoice_id) INTO touched FROM new_rows
        WHERE state <> 'VOID' AND invoice_id IS NOT NULL;
    ELSIF TG_TABLE_NAME = 'billing_creditline' THEN
        SELECT array_agg(DISTINCT line.invoice_id) INTO touched
        FROM new_rows JOIN billing_invoiceline line ON line.id = new_rows.line_id;
    ELSE
        SELECT array_agg(DISTINCT line.invoice_id) INTO touched
        FROM new_rows JOIN billing_billedtime billed ON billed.id = new_rows.billed_id
        JOIN billing_invoiceline line ON line.id = billed.line_id;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM billing_creditmemo credit JOIN billing_invoice invoice ON invoice.id = credit.invoice_id
        WHERE invoice.id = ANY (touched) AND credit.state <> 'VOID'
        GROUP BY invoice.id, invoice.state, invoice.subtotal_amount, invoice.total_amount
        HAVING invoice.state <> 'ISSUED'
            OR sum(credit.subtotal_amount) > invoice.subtotal_amount OR sum(credit.total_amount) > invoice.total_amount
            OR bool_or(credit.currency <> invoice.currency OR credit.client_id <> invoice.client_id)
    ) OR EXISTS (
        SELECT 1
        FROM billing_invoiceline line JOIN billing_creditline part ON part.line_id = line.id
        JOIN billing_creditmemo credit ON credit.id = part.credit_id AND credit.state <> 'VOID'
        WHERE line.invoice_id = ANY (touched)
        GROUP BY line.id, line.invoice_id, line.amount, line.minutes
        HAVING sum(part.amount) > greatest(line.amount, 0) OR sum(part.amount) < least(line.amount, 0)
            OR sum(part.minutes) > line.minutes OR bool_or(credit.invoice_id IS DISTINCT FROM line.invoice_id)
    ) OR EXISTS (
        SELECT 1
        FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
        JOIN billing_creditedtime given ON given.billed_id = billed.id
        JOIN billing_creditline part ON part.id = given.credit_line_id
        JOIN billing_creditmemo credit ON credit.id = part.credit_id AND credit.state <> 'VOID'
        WHERE line.invoice_id = ANY (touched)
        GROUP BY billed.id, billed.minutes, billed.line_id
        HAVING sum(given.minutes) > billed.minutes OR bool_or(part.line_id IS DISTINCT FROM billed.line_id)
    ) THEN
        RAISE EXCEPTION 'more is credited than was billed'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credited_within_billed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
""" + "".join(
    f"CREATE TRIGGER billing_{table}_within_{event.lower()} AFTER {event} ON billing_{table} "
    "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_credited();"
    for table in ("creditmemo", "creditline", "creditedtime")
    for event in ("INSERT", "UPDATE")
)
NO_CREDITED = (
    "".join(
        f"DROP TRIGGER billing_{table}_within_{event} ON billing_{table};"
        for table in ("creditmemo", "creditline", "creditedtime")
        for event in ("insert", "update")
    )
    + "DROP FUNCTION billing_check_credited();"
)

# One comparison for all that settles an invoice and for all that uses a payment or a credit memo. Invoices are locked
# before payments, payments before credit memos, each in the order of their ids.
SETTLED = """
CREATE OR REPLACE FUNCTION billing_check_applied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    paid bigint[];
    credited bigint[];
BEGIN
    IF TG_TABLE_NAME = 'billing_payment' THEN
        SELECT array_agg(DISTINCT a.invoice_id), array_agg(DISTINCT a.payment_id) INTO touched, paid
        FROM billing_paymentapplication a JOIN new_rows n ON n.id = a.payment_id;
    ELSIF TG_TABLE_NAME = 'billing_paymentapplication' THEN
        SELECT array_agg(DISTINCT n.invoice_id), array_agg(DISTINCT n.payment_id) INTO touched, paid FROM new_rows n;
    ELSIF TG_TABLE_NAME = 'billing_creditapplication' THEN
        SELECT array_agg(DISTINCT n.invoice_id), array_agg(DISTINCT n.credit_id) INTO touched, credited FROM new_rows n;
    ELSIF TG_TABLE_NAME = 'billing_writeoff' THEN
        SELECT array_agg(DISTINCT n.invoice_id) INTO touched FROM new_rows n;
    ELSE
        SELECT array_agg(DISTINCT n.payment_id) FILTER (WHERE n.payment_id IS NOT NULL),
            array_agg(DISTINCT n.credit_id) FILTER (WHERE n.credit_id IS NOT NULL)
        INTO paid, credited FROM new_rows n;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM billing_payment WHERE id = ANY (paid) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM billing_creditmemo WHERE id = ANY (credited) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT a.invoice_id, a.amount
            FROM billing_paymentapplication a JOIN billing_payment p ON p.id = a.payment_id
            WHERE a.undone_on IS NULL AND p.state IN ('PROCESSING', 'SUCCEEDED') AND a.invoice_id = ANY (touched)
            UNION ALL
            SELECT invoice_id, amount FROM billing_creditapplication
            WHERE undone_on IS NULL AND invoice_id = ANY (touched)
            UNION ALL
            SELECT invoice_id, amount FROM billing_writeoff WHERE undone_on IS NULL AND invoice_id = ANY (touched)
        ) part JOIN billing_invoice i ON i.id = part.invoice_id
        GROUP BY i.id, i.total_amount, i.state HAVING sum(part.amount) > i.total_amount OR i.state <> 'ISSUED'
    ) THEN
        RAISE EXCEPTION 'more is applied than is due' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_applied_within_due', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT a.payment_id, a.amount, i.currency
            FROM billing_paymentapplication a JOIN billing_invoice i ON i.id = a.invoice_id
            WHERE a.undone_on IS NULL AND a.payment_id = ANY (paid)
            UNION ALL
            SELECT payment_id, amount, currency FROM billing_refund
            WHERE undone_on IS NULL AND payment_id = ANY (paid)
        ) part JOIN billing_payment p ON p.id = part.payment_id
        GROUP BY p.id, p.amount HAVING sum(part.amount) > p.amount OR bool_or(p.currency <> part.currency)
    ) THEN
        RAISE EXCEPTION 'more is applied than was paid' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_applied_within_paid', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT a.credit_id, a.amount, i.currency, i.client_id
            FROM billing_creditapplication a JOIN billing_invoice i ON i.id = a.invoice_id
            WHERE a.undone_on IS NULL AND a.credit_id = ANY (credited)
            UNION ALL
            SELECT credit_id, amount, currency, client_id FROM billing_refund
            WHERE undone_on IS NULL AND credit_id = ANY (credited)
        ) part JOIN billing_creditmemo c ON c.id = part.credit_id
        GROUP BY c.id, c.total_amount, c.state
        HAVING sum(part.amount) > c.total_amount OR c.state <> 'ISSUED'
            OR bool_or(c.currency <> part.currency OR c.client_id <> part.client_id)
    ) THEN
        RAISE EXCEPTION 'more is used than was credited' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_applied_within_credit', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""
SETTLING = "".join(
    f"CREATE TRIGGER billing_{table}_settled_{event.lower()} AFTER {event} ON billing_{table} "
    "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_applied();"
    for table in ("creditapplication", "writeoff", "refund")
    for event in ("INSERT", "UPDATE")
)
NOT_SETTLING = "".join(
    f"DROP TRIGGER billing_{table}_settled_{event} ON billing_{table};"
    for table in ("creditapplication", "writeoff", "refund")
    for event in ("insert", "update")
)

# What is in the books stays; taking it back gives it a second date, once.
KEPT = """
CREATE FUNCTION billing_check_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undoing text[] := ARRAY['undone_on', 'undo_entry_id', 'undo_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.undone_on IS NOT NULL OR NEW.undone_on IS NULL
        OR to_jsonb(NEW) - undoing IS DISTINCT FROM to_jsonb(OLD) - undoing
    THEN
        RAISE EXCEPTION 'what is applied stays as it is' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_settlement_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER billing_{table}_kept BEFORE UPDATE OR DELETE ON billing_{table} "
    "FOR EACH ROW EXECUTE FUNCTION billing_check_settlement();"
    for table in ("creditapplication", "writeoff", "refund")
)
NOT_KEPT = (
    "".join(
        f"DROP TRIGGER billing_{table}_kept ON billing_{table};"
        for table in ("creditapplication", "writeoff", "refund")
    )
    + "DROP FUNCTION billing_check_settlement();"
)

APPLICATION = """
CREATE OR REPLACE FUNCTION billing_check_application() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undoing text[] := ARRAY['undone_on', 'undo_entry_id'];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM billing_payment p WHERE p.id = OLD.payment_id AND p.state = 'SUCCEEDED') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.undone_on IS NOT NULL OR NEW.undone_on IS NULL
        OR to_jsonb(NEW) - undoing IS DISTINCT FROM to_jsonb(OLD) - undoing
    THEN
        RAISE EXCEPTION 'a received payment never changes' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_received_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
OLD_APPLICATION = """
CREATE OR REPLACE FUNCTION billing_check_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_payment p WHERE p.id = OLD.payment_id AND p.state = 'SUCCEEDED') THEN
        RAISE EXCEPTION 'a received payment never changes' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_received_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

VOID = """
CREATE OR REPLACE FUNCTION billing_check_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_paymentapplication a JOIN billing_payment p ON p.id = a.payment_id
        WHERE a.invoice_id = NEW.id AND a.undone_on IS NULL AND p.state IN ('PROCESSING', 'SUCCEEDED')
    )
        OR EXISTS (SELECT 1 FROM billing_creditapplication WHERE invoice_id = NEW.id AND undone_on IS NULL)
        OR EXISTS (SELECT 1 FROM billing_writeoff WHERE invoice_id = NEW.id AND undone_on IS NULL)
        OR EXISTS (SELECT 1 FROM billing_creditmemo WHERE invoice_id = NEW.id AND state <> 'VOID')
    THEN
        RAISE EXCEPTION 'an invoice that is settled or credited cannot be void' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_void_is_unpaid', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
OLD_VOID = """
CREATE OR REPLACE FUNCTION billing_check_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_paymentapplication a JOIN billing_payment p ON p.id = a.payment_id
        WHERE a.invoice_id = NEW.id AND p.state IN ('PROCESSING', 'SUCCEEDED')
    ) THEN
        RAISE EXCEPTION 'an invoice with payments cannot be void' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_void_is_unpaid', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""

# What settles an invoice counts as a change of it, what uses a credit memo as a change of that.
TOUCHING = """
CREATE FUNCTION billing_touch_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_creditmemo SET version = version
    WHERE id IN (SELECT credit_id FROM new_rows WHERE credit_id IS NOT NULL);
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER billing_{table}_touches_{thing}_{event.lower()} AFTER {event} ON billing_{table} "
    f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_touch_{thing}();"
    for table, thing in (
        ("creditapplication", "paid"),
        ("writeoff", "paid"),
        ("creditapplication", "credit"),
        ("refund", "credit"),
    )
    for event in ("INSERT", "UPDATE")
)
NOT_TOUCHING = (
    "".join(
        f"DROP TRIGGER billing_{table}_touches_{thing}_{event} ON billing_{table};"
        for table, thing in (
            ("creditapplication", "paid"),
            ("writeoff", "paid"),
            ("creditapplication", "credit"),
            ("refund", "credit"),
        )
        for event in ("insert", "update")
    )
    + "DROP FUNCTION billing_touch_credit();"
)

TABLES = (
    "creditmemo",
    "creditline",
    "credittax",
    "creditedtime",
    "creditdocument",
    "creditapplication",
    "writeoff",
    "refund",
)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0010_review"),
        ("clients", "0001_initial"),
        ("core", "0004_touched_rows"),
        ("ledger", "0004_credit_accounts"),
        ("people", "0004_promises"),
        ("projects", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditApplication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("undone_on", models.DateField(blank=True, null=True)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("applied_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="CreditDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="CreditedTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "credited time",
            },
        ),
        migrations.CreateModel(
            name="CreditLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("description", models.CharField(max_length=300)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("is_taxable", models.BooleanField(default=True)),
                ("returns_work", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="CreditMemo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("ISSUED", "Issued"), ("VOID", "Void")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("title", models.CharField(max_length=160)),
                ("reason", models.CharField(max_length=300)),
                ("message", models.TextField(blank=True)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("subtotal_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("tax_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("total_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("version", models.PositiveIntegerField(default=1)),
                ("drafted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sent_to", models.CharField(blank=True, max_length=400)),
                ("voided_on", models.DateField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, max_length=300)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["-issued_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CreditTax",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("rate_percent", models.DecimalField(decimal_places=4, max_digits=7)),
                ("base_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("undone_on", models.DateField(blank=True, null=True)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("currency", models.CharField(max_length=3)),
                (
                    "method",
                    models.CharField(
                        choices=[("CHECK", "Check"), ("BANK_TRANSFER", "Bank transfer"), ("OTHER", "Other")],
                        default="CHECK",
                        max_length=15,
                    ),
                ),
                ("refunded_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-refunded_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("undone_on", models.DateField(blank=True, null=True)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("written_off_on", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("undo_reason", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="paymentapplication",
            name="billing_applied_once",
        ),
        migrations.AddField(
            model_name="billedtime",
            name="released_minutes",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="billingrules",
            name="credit_prefix",
            field=models.CharField(default="CM", max_length=10),
        ),
        migrations.AddField(
            model_name="billingrules",
            name="number_pattern",
            field=models.CharField(default="{prefix}-{year}-{number}", max_length=60),
        ),
        migrations.AddField(
            model_name="paymentapplication",
            name="applied_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="paymentapplication",
            name="entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="paymentapplication",
            name="undo_entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="paymentapplication",
            name="undone_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="numberseries",
            name="series",
            field=models.CharField(
                choices=[("INVOICE", "Invoices"), ("CREDIT", "Credit memos")],
                default="INVOICE",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="billedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_live", False), ("released_minutes__lte", models.F("minutes"))),
                    ("released_minutes__lt", models.F("minutes")),
                    _connector="OR",
                ),
                name="billing_released_within_billed",
            ),
        ),
        migrations.RunSQL(PREFIX, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="billingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("number_prefix", models.F("credit_prefix")), _negated=True),
                name="billing_prefixes_differ",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_on", None)),
                fields=("payment", "invoice"),
                name="billing_applied_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_entry", None), ("undone_on", None)),
                    models.Q(("undo_entry__isnull", False), ("undone_on__isnull", False)),
                    _connector="OR",
                ),
                name="billing_applied_then_undone",
            ),
        ),
        migrations.AddField(
            model_name="creditapplication",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.journalentry"
            ),
        ),
        migrations.AddField(
            model_name="creditapplication",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_applications",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="creditapplication",
            name="undo_entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="creditdocument",
            name="pdf",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="creditedtime",
            name="billed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="credited", to="billing.billedtime"
            ),
        ),
        migrations.AddField(
            model_name="creditline",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_lines",
                to="billing.invoiceline",
            ),
        ),
        migrations.AddField(
            model_name="creditline",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="creditedtime",
            name="credit_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="credited_time",
                to="billing.creditline",
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="credit_memos", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="drafted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="entity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_memos",
                to="people.legalentity",
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_memos",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="void_entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="creditline",
            name="credit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="billing.creditmemo"
            ),
        ),
        migrations.AddField(
            model_name="creditdocument",
            name="credit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="document", to="billing.creditmemo"
            ),
        ),
        migrations.AddField(
            model_name="creditapplication",
            name="credit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="billing.creditmemo",
            ),
        ),
        migrations.AddField(
            model_name="credittax",
            name="credit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="taxes", to="billing.creditmemo"
            ),
        ),
        migrations.AddField(
            model_name="credittax",
            name="tax_code",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.taxcode"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="credit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="billing.creditmemo",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="entity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="people.legalentity"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.journalentry"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="undo_entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.journalentry"
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="write_offs", to="billing.invoice"
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="undo_entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditedtime",
            constraint=models.UniqueConstraint(
                fields=("credit_line", "billed"), name="billing_credited_time_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gt", 0)), name="billing_credited_minutes_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="creditmemo",
            index=models.Index(fields=["updated_at", "id"], name="billing_credit_changed"),
        ),
        migrations.AddConstraint(
            model_name="creditmemo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("entity", "number"),
                name="billing_credit_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditmemo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_on", None), ("number", ""), ("state", "DRAFT")),
                    models.Q(
                        ("issued_on__isnull", False),
                        ("state__in", ["ISSUED", "VOID"]),
                        models.Q(("number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="billing_credit_issued_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditmemo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_amount",
                        django.db.models.expressions.CombinedExpression(
                            models.F("subtotal_amount"), "+", models.F("tax_amount")
                        ),
                    )
                ),
                name="billing_credit_total_is_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditline",
            constraint=models.UniqueConstraint(fields=("credit", "line"), name="billing_credit_line_once"),
        ),
        migrations.AddConstraint(
            model_name="creditline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="billing_credit_line_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="billing_credit_applied_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_entry", None), ("undone_on", None)),
                    models.Q(("undo_entry__isnull", False), ("undone_on__gte", models.F("applied_on"))),
                    _connector="OR",
                ),
                name="billing_credit_applied_then_undone",
            ),
        ),
        migrations.AddConstraint(
            model_name="credittax",
            constraint=models.UniqueConstraint(fields=("credit", "tax_code"), name="billing_credit_tax_once"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="billing_refund_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit__isnull", False), ("payment", None)),
                    models.Q(("credit", None), ("payment__isnull", False)),
                    _connector="OR",
                ),
                name="billing_refund_has_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_entry", None), ("undone_on", None)),
                    models.Q(("undo_entry__isnull", False), ("undone_on__gte", models.F("refunded_on"))),
                    _connector="OR",
                ),
                name="billing_refund_then_undone",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="billing_write_off_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="billing_write_off_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_entry", None), ("undone_on", None)),
                    models.Q(("undo_entry__isnull", False), ("undone_on__gte", models.F("written_off_on"))),
                    _connector="OR",
                ),
                name="billing_write_off_then_undone",
            ),
        ),
        migrations.RunSQL(less_released(BILLED_TIME.BILLED), function_of(BILLED_TIME.BILLED)),
        migrations.RunSQL(less_released(BILLED_TIME.WORK), function_of(BILLED_TIME.WORK)),
        migrations.RunSQL(RELEASED, function_of(ISSUED.BILLED)),
        migrations.RunSQL(CREDITS, NO_CREDITS),
        migrations.RunSQL(PARTS, NO_PARTS),
        *(
            ISSUED.frozen(f"billing_{name}", "billing_check_credit_parts")
            for name in ("creditline", "credittax", "creditedtime")
        ),
        migrations.RunSQL(CREDITED, NO_CREDITED),
        migrations.RunSQL(SETTLED, function_of(PAYMENTS.APPLIED)),
        migrations.RunSQL(SETTLING, NOT_SETTLING),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(APPLICATION, OLD_APPLICATION),
        migrations.RunSQL(VOID, OLD_VOID),
        migrations.RunSQL(TOUCHING, NOT_TOUCHING),
        *(ISSUED.kept(f"billing_{name}") for name in TABLES),
        *(audited(f"billing_{name}") for name in TABLES if name not in ("creditedtime", "creditdocument")),
        touched("billing_creditmemo"),
    ]
