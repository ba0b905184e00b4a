"""The accounts of realised exchange differences."""

from typing import Any, ClassVar

from django.db import migrations, models

# Code from which a free one is looked for, name, kind, purpose.
ACCOUNTS = [
    (4800, "Exchange gains and losses", "REVENUE", "EXCHANGE"),
    (1290, "Currency conversion", "ASSET", "CONVERSION"),
]


def add(apps: Any, schema_editor: Any) -> None:
    """Each under the first free code: the firm may have an account of that code already."""
    accounts = apps.get_model("ledger", "Account").objects
    taken = set(accounts.values_list("code", flat=True))
    for first, name, kind, purpose in ACCOUNTS:
        code = next(str(number) for number in range(first, first + 1000) if str(number) not in taken)
        taken.add(code)
        accounts.create(code=code, name=name, kind=kind, purpose=purpose)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0009_late_fees")]

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
                    ("EXCHANGE", "Exchange gains and losses"),
                    ("CONVERSION", "Currency conversion"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
