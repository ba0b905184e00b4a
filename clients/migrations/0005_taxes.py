"""Tax codes of several components with rates from a day on; exempt clients; terms at the month's end and for paying early."""

from decimal import Decimal
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited

# Each code so far is one tax at one rate.
COPY = """
INSERT INTO clients_taxcomponent (code_id, name, position, is_compound, is_active)
    SELECT id, name, 1, false, true FROM clients_taxcode;
INSERT INTO clients_taxrate (component_id, rate_percent)
    SELECT component.id, code.rate_percent
    FROM clients_taxcomponent component JOIN clients_taxcode code ON code.id = component.code_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("clients", "0004_updated_at"), ("core", "0002_triggers")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="TaxComponent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("is_compound", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["code", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rate_percent", models.DecimalField(decimal_places=4, max_digits=7)),
                ("first_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["component", models.OrderBy(models.F("first_on"), nulls_first=True)],
            },
        ),
        migrations.AlterModelOptions(
            name="paymentterms",
            options={"ordering": ["basis", "net_days"]},
        ),
        migrations.RemoveConstraint(
            model_name="taxcode",
            name="clients_tax_rate_in_range",
        ),
        migrations.AddField(
            model_name="client",
            name="exemption_expires_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="exemption_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="client",
            name="expense_tax_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.taxcode",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="is_tax_exempt",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="paymentterms",
            name="basis",
            field=models.CharField(
                choices=[
                    ("DATE", "Days after the invoice date"),
                    ("MONTH_END", "Days after the end of its month"),
                    ("RECEIPT", "Due on receipt"),
                ],
                db_default="DATE",
                default="DATE",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="paymentterms",
            name="discount_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="paymentterms",
            name="discount_percent",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=3, default=0, max_digits=6),
        ),
        migrations.AddField(
            model_name="taxcode",
            name="is_inclusive",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="taxcode",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_tax_exempt", False),
                    models.Q(("exemption_number", ""), _negated=True),
                    _connector="OR",
                ),
                name="clients_exemption_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discount_days", 0), ("discount_percent", 0)),
                    models.Q(("discount_percent__gt", 0), ("discount_percent__lte", 50)),
                    _connector="OR",
                ),
                name="clients_early_discount_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "RECEIPT"), _negated=True),
                    models.Q(("discount_percent", 0), ("net_days", 0)),
                    _connector="OR",
                ),
                name="clients_receipt_has_no_days",
            ),
        ),
        migrations.AddField(
            model_name="taxcomponent",
            name="code",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="components", to="clients.taxcode"
            ),
        ),
        migrations.AddField(
            model_name="taxrate",
            name="component",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="clients.taxcomponent"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxcomponent",
            constraint=models.UniqueConstraint(fields=("code", "name"), name="clients_tax_component_once"),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.UniqueConstraint(
                fields=("component", "first_on"), name="clients_tax_rate_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_percent__gte", 0), ("rate_percent__lte", 100)),
                name="clients_tax_rate_in_range",
            ),
        ),
        migrations.RunSQL(COPY, reverse_sql=migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="taxcode",
            name="rate_percent",
        ),
        audited("clients_taxcomponent"),
        audited("clients_taxrate"),
    ]
