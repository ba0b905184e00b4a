"""The account of fees for paying late: revenue, apart from services."""

from typing import Any, ClassVar

from django.db import migrations, models

FIRST_CODE = 4200


def add(apps: Any, schema_editor: Any) -> None:
    """The first free code from 4200 on: the firm may have an account of that code already."""
    accounts = apps.get_model("ledger", "Account").objects
    taken = set(accounts.values_list("code", flat=True))
    code = next(str(number) for number in range(FIRST_CODE, FIRST_CODE + 1000) if str(number) not in taken)
    accounts.create(code=code, name="Late fees", kind="REVENUE", purpose="LATE_FEES")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0008_merged_clients")]

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
                    ("EXPENSES", "Billed expenses"),
                    ("LATE_FEES", "Late fees"),
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
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
