"""Documents and money of a firm with several legal entities: each keeps its own, and settles only its own."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited

DOCUMENTS = ("billing_invoice", "billing_creditmemo", "billing_payment", "billing_retainer", "billing_refund")

STAYS = """
CREATE FUNCTION billing_check_entity_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document keeps its legal entity' USING
        ERRCODE = '23514', CONSTRAINT = 'billing_entity_stays', TABLE = TG_TABLE_NAME;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_entity_stays BEFORE UPDATE OF entity_id ON {table} "
    "FOR EACH ROW WHEN (NEW.entity_id <> OLD.entity_id) EXECUTE FUNCTION billing_check_entity_stays();\n"
    for table in DOCUMENTS
)
MAY_GO = (
    "".join(f"DROP TRIGGER {table}_entity_stays ON {table};\n" for table in DOCUMENTS)
    + "DROP FUNCTION billing_check_entity_stays();"
)

# No locks: the entity of either side never changes.
OWN = """
CREATE FUNCTION billing_check_same_entity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    differs boolean;
BEGIN
    IF TG_TABLE_NAME = 'billing_paymentapplication' THEN
        differs := EXISTS (
            SELECT 1 FROM new_rows n JOIN billing_payment p ON p.id = n.payment_id
            JOIN billing_invoice i ON i.id = n.invoice_id WHERE p.entity_id <> i.entity_id);
    ELSIF TG_TABLE_NAME = 'billing_creditapplication' THEN
        differs := EXISTS (
            SELECT 1 FROM new_rows n JOIN billing_creditmemo c ON c.id = n.credit_id
            JOIN billing_invoice i ON i.id = n.invoice_id WHERE c.entity_id <> i.entity_id);
    ELSIF TG_TABLE_NAME = 'billing_retainermovement' THEN
        differs := EXISTS (
            SELECT 1 FROM new_rows n JOIN billing_retainer r ON r.id = n.retainer_id
            LEFT JOIN billing_payment p ON p.id = n.payment_id LEFT JOIN billing_invoice i ON i.id = n.invoice_id
            WHERE p.entity_id <> r.entity_id OR i.entity_id <> r.entity_id);
    ELSIF TG_TABLE_NAME = 'billing_depositrequest' THEN
        differs := EXISTS (
            SELECT 1 FROM new_rows n JOIN billing_retainer r ON r.id = n.retainer_id
            JOIN billing_invoice i ON i.id = n.invoice_id WHERE i.entity_id <> r.entity_id);
    ELSIF TG_TABLE_NAME = 'billing_creditmemo' THEN
        differs := EXISTS (
            SELECT 1 FROM new_rows n JOIN billing_invoice i ON i.id = n.invoice_id
            WHERE i.entity_id <> n.entity_id);
    ELSE
        differs := EXISTS (
            SELECT 1 FROM new_rows n LEFT JOIN billing_creditmemo c ON c.id = n.credit_id
            LEFT JOIN billing_payment p ON p.id = n.payment_id
            WHERE c.entity_id <> n.entity_id OR p.entity_id <> n.entity_id);
    END IF;
    IF differs THEN
        RAISE EXCEPTION 'it belongs to another legal entity' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_same_entity', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""
CHECKED = (
    "paymentapplication",
    "creditapplication",
    "retainermovement",
    "depositrequest",
    "creditmemo",
    "refund",
)
WHEN = [(table, event) for table in CHECKED for event in ("INSERT", "UPDATE")]
OWN += "".join(
    f"CREATE TRIGGER billing_{table}_entity_{event.lower()} AFTER {event} ON billing_{table} "
    "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_same_entity();\n"
    for table, event in WHEN
)
ANY = (
    "".join(
        f"DROP TRIGGER billing_{table}_entity_{event.lower()} ON billing_{table};\n" for table, event in WHEN
    )
    + "DROP FUNCTION billing_check_same_entity();"
)

# Whoever drafts shares the lock on the entity's row that whoever deactivates it takes.
DRAFTS = """
CREATE FUNCTION billing_check_draft_entity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM people_legalentity WHERE id IN (SELECT entity_id FROM new_rows) ORDER BY id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM people_legalentity WHERE id IN (SELECT entity_id FROM new_rows) AND NOT is_active
    ) THEN
        RAISE EXCEPTION 'the legal entity is not active' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_entity_is_active', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_invoice_entity_bills AFTER INSERT ON billing_invoice
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_draft_entity();
CREATE TRIGGER billing_creditmemo_entity_bills AFTER INSERT ON billing_creditmemo
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_draft_entity();

CREATE FUNCTION billing_check_entity_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_invoice WHERE entity_id = OLD.id AND state = 'DRAFT')
        OR EXISTS (SELECT 1 FROM billing_creditmemo WHERE entity_id = OLD.id AND state = 'DRAFT')
    THEN
        RAISE EXCEPTION 'drafts name it' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_entity_has_drafts', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_entity_ends BEFORE UPDATE OF is_active ON people_legalentity
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION billing_check_entity_end();
"""
NO_DRAFTS = """
DROP TRIGGER billing_entity_ends ON people_legalentity;
DROP FUNCTION billing_check_entity_end();
DROP TRIGGER billing_creditmemo_entity_bills ON billing_creditmemo;
DROP TRIGGER billing_invoice_entity_bills ON billing_invoice;
DROP FUNCTION billing_check_draft_entity();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0031_schedules_by_count"),
        ("core", "0002_triggers"),
        ("people", "0011_legal_entities"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "EntityNumbers",
            [
                (
                    "entity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="numbers",
                        serialize=False,
                        to="people.legalentity",
                    ),
                ),
                ("number_prefix", models.CharField(max_length=10)),
                ("credit_prefix", models.CharField(max_length=10)),
                ("retainer_prefix", models.CharField(max_length=10)),
                ("number_pattern", models.CharField(max_length=60)),
            ],
            options={
                "verbose_name_plural": "entity numbers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number_prefix", models.F("credit_prefix")), _negated=True),
                            models.Q(("retainer_prefix", models.F("number_prefix")), _negated=True),
                            models.Q(("retainer_prefix", models.F("credit_prefix")), _negated=True),
                        ),
                        name="billing_entity_prefixes_differ",
                    )
                ],
            },
        ),
        audited("billing_entitynumbers", key="entity_id"),
        migrations.RunSQL(STAYS, MAY_GO),
        migrations.RunSQL(OWN, ANY),
        migrations.RunSQL(DRAFTS, NO_DRAFTS),
    ]
