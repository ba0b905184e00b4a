"""An issued invoice is a document: it, its lines, taxes, billed work and frozen content never change again."""

from django.db import migrations

from core.triggers import append_only, audited

# What may still be written on an invoice with a number: that it was sent, and that it is void.
AFTER_ISSUE = "ARRAY['state', 'version', 'sent_at', 'sent_to', 'voided_on', 'void_reason']"

INVOICES = f"""
CREATE FUNCTION billing_check_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'DRAFT' THEN
            RAISE EXCEPTION 'invoice % is issued', OLD.number
                USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'DRAFT' AND NEW.state = 'DRAFT' THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'DRAFT' AND NEW.state = 'ISSUED' THEN
        IF OLD.is_stale OR NEW.is_stale THEN
            RAISE EXCEPTION 'work under draft % changed', OLD.id
                USING ERRCODE = '23514', CONSTRAINT = 'billing_stale_is_not_issued', TABLE = TG_TABLE_NAME;
        END IF;
        PERFORM billing_check_sums(NEW.id, NEW.subtotal_amount, NEW.tax_amount);
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('ISSUED', 'ISSUED'), ('ISSUED', 'VOID'), ('VOID', 'VOID'))
        OR to_jsonb(NEW) - {AFTER_ISSUE} IS DISTINCT FROM to_jsonb(OLD) - {AFTER_ISSUE}
        OR (OLD.state = NEW.state
            AND (OLD.voided_on, OLD.void_reason) IS DISTINCT FROM (NEW.voided_on, NEW.void_reason))
    THEN
        RAISE EXCEPTION 'invoice % is issued', OLD.number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION billing_check_sums(checked bigint, subtotal numeric, tax numeric) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF subtotal <> (SELECT coalesce(sum(amount), 0) FROM billing_invoiceline WHERE invoice_id = checked)
        OR tax <> (SELECT coalesce(sum(amount), 0) FROM billing_invoicetax WHERE invoice_id = checked)
        OR EXISTS (
            SELECT 1 FROM billing_invoiceline line JOIN billing_billedtime billed ON billed.line_id = line.id
            WHERE line.invoice_id = checked
            GROUP BY line.id, line.computed_amount
            HAVING sum(billed.amount) FILTER (WHERE billed.is_live) IS DISTINCT FROM line.computed_amount
        )
    THEN
        RAISE EXCEPTION 'the lines of invoice % do not add up', checked
            USING ERRCODE = '23514', CONSTRAINT = 'billing_lines_add_up', TABLE = 'billing_invoice';
    END IF;
END
$$;
CREATE TRIGGER billing_invoice_issued BEFORE UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_check_invoice();
"""
NO_INVOICES = """
DROP TRIGGER billing_invoice_issued ON billing_invoice;
DROP FUNCTION billing_check_invoice();
DROP FUNCTION billing_check_sums(bigint, numeric, numeric);
"""

# Locks the invoices first, so that a line cannot slip in while one is being issued.
PARTS = """
CREATE FUNCTION billing_check_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    found_number text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT invoice_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT invoice_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT part.invoice_id) INTO touched
        FROM (SELECT invoice_id FROM old_rows UNION ALL SELECT invoice_id FROM new_rows) part;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT number INTO found_number FROM billing_invoice WHERE id = ANY (touched) AND state <> 'DRAFT' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'invoice % is issued', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
"""
NO_PARTS = "DROP FUNCTION billing_check_parts();"

# Work billed on an issued invoice stays on it; voiding releases it and changes nothing else.
BILLED = """
CREATE FUNCTION billing_check_billed_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    found_number text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT line.invoice_id) INTO touched
        FROM new_rows JOIN billing_invoiceline line ON line.id = new_rows.line_id;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT line.invoice_id) INTO touched
        FROM old_rows JOIN billing_invoiceline line ON line.id = old_rows.line_id;
    ELSE
        SELECT array_agg(DISTINCT line.invoice_id) INTO touched
        FROM (
            SELECT old_rows.line_id FROM old_rows UNION ALL SELECT new_rows.line_id FROM new_rows
        ) part JOIN billing_invoiceline line ON line.id = part.line_id;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT 1 FROM billing_invoice WHERE id = ANY (touched) AND state <> 'DRAFT') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT invoice.number INTO found_number
        FROM old_rows
        JOIN new_rows ON new_rows.id = old_rows.id
        JOIN billing_invoiceline line ON line.id IN (old_rows.line_id, new_rows.line_id)
        JOIN billing_invoice invoice ON invoice.id = line.invoice_id
        WHERE invoice.state = 'ISSUED' OR invoice.state = 'VOID' AND (
            new_rows.is_live OR to_jsonb(new_rows) - 'is_live' IS DISTINCT FROM to_jsonb(old_rows) - 'is_live'
        )
        LIMIT 1;
    ELSE
        SELECT number INTO found_number FROM billing_invoice WHERE id = ANY (touched) AND state <> 'DRAFT' LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'invoice % is issued', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
"""
NO_BILLED = "DROP FUNCTION billing_check_billed_parts();"

DOCUMENTS = """
CREATE FUNCTION billing_check_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'pdf_id' IS DISTINCT FROM to_jsonb(OLD) - 'pdf_id' THEN
        RAISE EXCEPTION 'the document of an invoice never changes'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_invoicedocument_frozen BEFORE UPDATE OR DELETE ON billing_invoicedocument
    FOR EACH ROW EXECUTE FUNCTION billing_check_document();
"""
NO_DOCUMENTS = """
DROP TRIGGER billing_invoicedocument_frozen ON billing_invoicedocument;
DROP FUNCTION billing_check_document();
"""

NUMBERS = """
CREATE FUNCTION billing_check_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.last_number < OLD.last_number
        OR (NEW.entity_id, NEW.series, NEW.year) IS DISTINCT FROM (OLD.entity_id, OLD.series, OLD.year)
    THEN
        RAISE EXCEPTION 'a counter of numbers never goes back'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_numbers_only_grow', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_numberseries_grows BEFORE UPDATE OR DELETE ON billing_numberseries
    FOR EACH ROW EXECUTE FUNCTION billing_check_series();
"""
NO_NUMBERS = """
DROP TRIGGER billing_numberseries_grows ON billing_numberseries;
DROP FUNCTION billing_check_series();
"""

TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def frozen(table: str, function: str) -> migrations.RunSQL:
    """Asks `function` about every statement that writes rows of `table`."""
    return migrations.RunSQL(
        "".join(
            f"CREATE TRIGGER {table}_frozen_{event.lower()} AFTER {event} ON {table} "
            f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
            for event, rows in TABLES.items()
        ),
        reverse_sql="".join(f"DROP TRIGGER {table}_frozen_{event.lower()} ON {table};" for event in TABLES),
    )


def kept(table: str) -> migrations.RunSQL:
    """Refuses TRUNCATE of `table`."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()",
        reverse_sql=f"DROP TRIGGER {table}_no_truncate ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_billed_time"), ("core", "0002_triggers")]
    operations = [
        migrations.RunSQL(INVOICES, reverse_sql=NO_INVOICES),
        migrations.RunSQL(PARTS, reverse_sql=NO_PARTS),
        migrations.RunSQL(BILLED, reverse_sql=NO_BILLED),
        frozen("billing_invoiceline", "billing_check_parts"),
        frozen("billing_invoicetax", "billing_check_parts"),
        frozen("billing_billedtime", "billing_check_billed_parts"),
        migrations.RunSQL(DOCUMENTS, reverse_sql=NO_DOCUMENTS),
        migrations.RunSQL(NUMBERS, reverse_sql=NO_NUMBERS),
        append_only("billing_invoicejournal"),
        *(
            kept(f"billing_{name}")
            for name in (
                "invoice",
                "invoiceline",
                "invoicetax",
                "billedtime",
                "invoicedocument",
                "numberseries",
            )
        ),
        audited("billing_invoice"),
        audited("billing_invoiceline"),
        audited("billing_invoicetax"),
        audited("billing_billingrules"),
        audited("billing_numberseries"),
    ]
