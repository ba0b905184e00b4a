"""Several taxes on an invoice, on top of prices or contained in them; discounts; what paying early saves."""

from decimal import Decimal
from importlib import import_module
from typing import ClassVar

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from core.triggers import audited

ISSUED = import_module("billing.migrations.0005_issued_invoices")

# Each tax so far is the one component of its code, and taxes all taxable lines.
FILLED = ("invoicetax", "credittax", "invoiceline", "creditline")
FILL = (
    "".join(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER;" for table in FILLED)
    + """
UPDATE billing_invoicetax tax SET component_id = component.id
    FROM clients_taxcomponent component WHERE component.code_id = tax.tax_code_id;
UPDATE billing_credittax tax SET component_id = component.id
    FROM clients_taxcomponent component WHERE component.code_id = tax.tax_code_id;
UPDATE billing_invoiceline line SET tax_code_id = tax.tax_code_id
    FROM billing_invoicetax tax WHERE tax.invoice_id = line.invoice_id AND line.is_taxable;
UPDATE billing_creditline line SET tax_code_id = tax.tax_code_id
    FROM billing_credittax tax WHERE tax.credit_id = line.credit_id AND line.is_taxable;
SET CONSTRAINTS ALL IMMEDIATE;
"""
    + "".join(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER;" for table in FILLED)
)

# A document is issued with discounts and contained taxes that are those of its lines, discounts and taxes.
DISCOUNTED = """
CREATE FUNCTION billing_check_discounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.discount_amount, NEW.included_tax_amount) <> (
            SELECT coalesce(sum(discount_amount), 0), coalesce(sum(included_tax_amount), 0)
            FROM billing_invoiceline WHERE invoice_id = NEW.id)
        OR NEW.included_tax_amount <> (
            SELECT coalesce(sum(amount), 0) FROM billing_invoicetax WHERE invoice_id = NEW.id AND is_included)
        OR NEW.discount_amount <> (
            SELECT coalesce(sum(taken_amount), 0) FROM billing_discount WHERE invoice_id = NEW.id)
    THEN
        RAISE EXCEPTION 'the discounts of invoice % do not add up', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_lines_add_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_invoice_discounts BEFORE UPDATE ON billing_invoice
    FOR EACH ROW WHEN (OLD.state = 'DRAFT' AND NEW.state = 'ISSUED') EXECUTE FUNCTION billing_check_discounts();

CREATE FUNCTION billing_check_credit_discounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.discount_amount, NEW.included_tax_amount) <> (
            SELECT coalesce(sum(discount_amount), 0), coalesce(sum(included_tax_amount), 0)
            FROM billing_creditline WHERE credit_id = NEW.id)
        OR NEW.included_tax_amount <> (
            SELECT coalesce(sum(amount), 0) FROM billing_credittax WHERE credit_id = NEW.id AND is_included)
    THEN
        RAISE EXCEPTION 'the discounts of credit memo % do not add up', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credit_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_creditmemo_discounts BEFORE UPDATE ON billing_creditmemo
    FOR EACH ROW WHEN (OLD.state = 'DRAFT' AND NEW.state = 'ISSUED')
    EXECUTE FUNCTION billing_check_credit_discounts();
"""
NOT_DISCOUNTED = """
DROP TRIGGER billing_invoice_discounts ON billing_invoice;
DROP FUNCTION billing_check_discounts();
DROP TRIGGER billing_creditmemo_discounts ON billing_creditmemo;
DROP FUNCTION billing_check_credit_discounts();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0016_expenses"),
        ("clients", "0005_taxes"),
        ("ledger", "0006_discounts"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Discount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True)),
                ("amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("reason", models.CharField(max_length=120)),
                ("taken_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
            ],
            options={
                "ordering": ["invoice", "line__position", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="creditmemo",
            name="billing_credit_total_is_sum",
        ),
        migrations.RemoveConstraint(
            model_name="credittax",
            name="billing_credit_tax_once",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="billing_total_is_sum",
        ),
        migrations.RemoveConstraint(
            model_name="invoicetax",
            name="billing_tax_once",
        ),
        migrations.AddField(
            model_name="billingrules",
            name="tax_rounding",
            field=models.CharField(
                choices=[("INVOICE", "Once for each invoice"), ("LINE", "Once for each line")],
                db_default="INVOICE",
                default="INVOICE",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="creditline",
            name="discount_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="creditline",
            name="included_tax_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="creditline",
            name="tax_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.taxcode",
            ),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="discount_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="creditmemo",
            name="included_tax_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="credittax",
            name="component",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.taxcomponent",
            ),
        ),
        migrations.AddField(
            model_name="credittax",
            name="is_included",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_until_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="early_discount_percent",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=3, default=0, max_digits=6),
        ),
        migrations.AddField(
            model_name="invoice",
            name="included_tax_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="invoice",
            name="tax_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="discount_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="included_tax_amount",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="is_tax_chosen",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="tax_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.taxcode",
            ),
        ),
        migrations.AddField(
            model_name="invoicetax",
            name="component",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.taxcomponent",
            ),
        ),
        migrations.AddField(
            model_name="invoicetax",
            name="is_included",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="kind",
            field=models.CharField(
                choices=[("BAD_DEBT", "Bad debt"), ("DISCOUNT", "Early-payment discount")],
                db_default="BAD_DEBT",
                default="BAD_DEBT",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="creditmemo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("subtotal_amount"), "-", models.F("discount_amount")
                                ),
                                "+",
                                models.F("tax_amount"),
                            ),
                            "-",
                            models.F("included_tax_amount"),
                        ),
                    )
                ),
                name="billing_credit_total_is_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="credittax",
            constraint=models.UniqueConstraint(
                fields=("credit", "component"), name="billing_credit_tax_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("subtotal_amount"), "-", models.F("discount_amount")
                                ),
                                "+",
                                models.F("tax_amount"),
                            ),
                            "-",
                            models.F("included_tax_amount"),
                        ),
                    )
                ),
                name="billing_total_is_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicetax",
            constraint=models.UniqueConstraint(fields=("invoice", "component"), name="billing_tax_once"),
        ),
        migrations.AddField(
            model_name="discount",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="discounts", to="billing.invoice"
            ),
        ),
        migrations.AddField(
            model_name="discount",
            name="line",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="discount",
                to="billing.invoiceline",
            ),
        ),
        migrations.AddConstraint(
            model_name="discount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("line", None)), fields=("invoice",), name="billing_one_invoice_discount"
            ),
        ),
        migrations.AddConstraint(
            model_name="discount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", None), ("percent__gt", 0), ("percent__lte", 100)),
                    models.Q(("amount__gt", 0), ("percent", None)),
                    _connector="OR",
                ),
                name="billing_discount_is_one_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="discount",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="billing_discount_has_reason"
            ),
        ),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="invoicetax",
            name="component",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.taxcomponent"
            ),
        ),
        migrations.AlterField(
            model_name="credittax",
            name="component",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.taxcomponent"
            ),
        ),
        migrations.RunSQL(DISCOUNTED, reverse_sql=NOT_DISCOUNTED),
        ISSUED.frozen("billing_discount", "billing_check_parts"),
        ISSUED.kept("billing_discount"),
        audited("billing_discount"),
    ]
