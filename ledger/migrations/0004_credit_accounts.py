"""The accounts that credit memos, refunds and write-offs post to."""

from django.db import migrations, models

ACCOUNTS = [
    ("1000", "Bank", "ASSET", "BANK"),
    ("4900", "Credits and allowances", "REVENUE", "CREDITED"),
    ("6200", "Bad debts", "EXPENSE", "BAD_DEBT"),
]


def add(apps, schema_editor):
    """Nobody could make accounts before, so the codes are free."""
    for code, name, kind, purpose in ACCOUNTS:
        apps.get_model("ledger", "Account").objects.create(code=code, name=name, kind=kind, purpose=purpose)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_promises")]

    operations = [
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
                    ("BAD_DEBT", "Bad debts"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
