"""Discounts have an account, and each tax may have one of its own."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited


def add(apps, schema_editor):
    """An account for discounts, under the first code that is free."""
    accounts = apps.get_model("ledger", "Account").objects
    taken = set(accounts.values_list("code", flat=True))
    code = next(code for code in map(str, range(4950, 10_000)) if code not in taken)
    accounts.create(code=code, name="Discounts given", kind="REVENUE", purpose="DISCOUNTS")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("ledger", "0005_deposit_accounts"),
        ("clients", "0005_taxes"),
        ("core", "0002_triggers"),
    ]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="account",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("RECEIVABLES", "Accounts receivable"),
                    ("UNDEPOSITED", "Undeposited funds"),
                    ("PROCESSOR", "Payment processor balance"),
                    ("CREDITS", "Customer credits"),
                    ("REVENUE", "Service revenue"),
                    ("TAX", "Sales tax payable"),
                    ("FEES", "Payment processing fees"),
                    ("BANK", "Bank"),
                    ("CREDITED", "Credits and allowances"),
                    ("DISCOUNTS", "Discounts given"),
                    ("BAD_DEBT", "Bad debts"),
                    ("DEPOSITS", "Client retainers"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="TaxAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_accounts",
                        to="ledger.account",
                    ),
                ),
                (
                    "component",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tax_account",
                        to="clients.taxcomponent",
                    ),
                ),
            ],
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
        audited("ledger_taxaccount"),
    ]
