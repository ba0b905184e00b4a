"""The account of what clients have paid ahead: a liability until it is drawn."""

from django.db import migrations, models


def add(apps, schema_editor):
    """Nobody could make accounts before, so the code is free."""
    apps.get_model("ledger", "Account").objects.create(
        code="2300", name="Client retainers", kind="LIABILITY", purpose="DEPOSITS"
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_credit_accounts")]

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
                    ("DEPOSITS", "Client retainers"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
