"""Whether an expense code is taxed on invoices, and where its income goes."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timesheets", "0016_late_work"), ("ledger", "0007_expense_income")]

    operations: ClassVar = [
        migrations.AddField("expensecode", "is_taxable", models.BooleanField(db_default=True, default=True)),
        migrations.AddField(
            "expensecode",
            "income_account",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expense_codes",
                to="ledger.account",
            ),
        ),
    ]
