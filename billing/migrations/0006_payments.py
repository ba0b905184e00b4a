"""Payments: never applied beyond what they are or what is due, and never changed once received."""

from django.db import migrations

from core.triggers import audited

# Parents are locked in id order first: two open transactions could otherwise both find room.
APPLIED = """
CREATE FUNCTION billing_check_applied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    paid bigint[];
BEGIN
    IF TG_TABLE_NAME = 'billing_payment' THEN
        SELECT array_agg(DISTINCT a.invoice_id), array_agg(DISTINCT a.payment_id) INTO touched, paid
        FROM billing_paymentapplication a JOIN new_rows n ON n.id = a.payment_id;
    ELSE
        SELECT array_agg(DISTINCT n.invoice_id), array_agg(DISTINCT n.payment_id) INTO touched, paid FROM new_rows n;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM billing_payment WHERE id = ANY(paid) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM billing_paymentapplication a
        JOIN billing_invoice i ON i.id = a.invoice_id JOIN billing_payment p ON p.id = a.payment_id
        WHERE a.invoice_id = ANY(touched) AND p.state IN ('PROCESSING', 'SUCCEEDED')
        GROUP BY i.id, i.total_amount, i.state HAVING sum(a.amount) > i.total_amount OR i.state <> 'ISSUED'
    ) THEN
        RAISE EXCEPTION 'more is applied than is due' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_applied_within_due', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (
        SELECT 1 FROM billing_paymentapplication a
        JOIN billing_payment p ON p.id = a.payment_id JOIN billing_invoice i ON i.id = a.invoice_id
        WHERE a.payment_id = ANY(paid)
        GROUP BY p.id, p.amount HAVING sum(a.amount) > p.amount OR bool_or(p.currency <> i.currency)
    ) THEN
        RAISE EXCEPTION 'more is applied than was paid' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_applied_within_paid', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_application_added AFTER INSERT ON billing_paymentapplication
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_applied();
CREATE TRIGGER billing_application_changed AFTER UPDATE ON billing_paymentapplication
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_applied();
CREATE TRIGGER billing_payment_moved AFTER UPDATE ON billing_payment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_applied();
"""
NOT_APPLIED = """
DROP TRIGGER billing_payment_moved ON billing_payment;
DROP TRIGGER billing_application_changed ON billing_paymentapplication;
DROP TRIGGER billing_application_added ON billing_paymentapplication;
DROP FUNCTION billing_check_applied();
"""

RECEIVED = """
CREATE FUNCTION billing_check_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'SUCCEEDED' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR
        (NEW.state, NEW.amount, NEW.currency, NEW.client_id, NEW.entity_id, NEW.received_on, NEW.method, NEW.provider)
        IS DISTINCT FROM
        (OLD.state, OLD.amount, OLD.currency, OLD.client_id, OLD.entity_id, OLD.received_on, OLD.method, OLD.provider)
    THEN
        RAISE EXCEPTION 'a received payment never changes' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_received_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_payment_received BEFORE UPDATE OR DELETE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_check_received();

CREATE FUNCTION billing_check_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_payment p WHERE p.id = OLD.payment_id AND p.state = 'SUCCEEDED') THEN
        RAISE EXCEPTION 'a received payment never changes' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_received_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER billing_application_kept BEFORE UPDATE OR DELETE ON billing_paymentapplication
    FOR EACH ROW EXECUTE FUNCTION billing_check_application();

CREATE FUNCTION billing_check_void() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER billing_invoice_voided BEFORE UPDATE OF state ON billing_invoice
    FOR EACH ROW WHEN (NEW.state = 'VOID' AND OLD.state <> 'VOID') EXECUTE FUNCTION billing_check_void();
"""
NOT_RECEIVED = """
DROP TRIGGER billing_invoice_voided ON billing_invoice;
DROP FUNCTION billing_check_void();
DROP TRIGGER billing_application_kept ON billing_paymentapplication;
DROP FUNCTION billing_check_application();
DROP TRIGGER billing_payment_received ON billing_payment;
DROP FUNCTION billing_check_received();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_issued_invoices"), ("core", "0002_triggers")]
    operations = [
        migrations.RunSQL(APPLIED, NOT_APPLIED),
        migrations.RunSQL(RECEIVED, NOT_RECEIVED),
        audited("billing_payment"),
        audited("billing_paymentapplication"),
    ]
