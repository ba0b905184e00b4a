"""The accounts that operations post to."""

from django.db import migrations

ACCOUNTS = [
    ("1100", "Accounts receivable", "ASSET", "RECEIVABLES"),
    ("1150", "Payment processor balance", "ASSET", "PROCESSOR"),
    ("1200", "Undeposited funds", "ASSET", "UNDEPOSITED"),
    ("2100", "Sales tax payable", "LIABILITY", "TAX"),
    ("2200", "Customer credits", "LIABILITY", "CREDITS"),
    ("4000", "Service revenue", "REVENUE", "REVENUE"),
    ("6100", "Payment processing fees", "EXPENSE", "FEES"),
]


def add(apps, schema_editor):
    for code, name, kind, purpose in ACCOUNTS:
        apps.get_model("ledger", "Account").objects.create(code=code, name=name, kind=kind, purpose=purpose)
    apps.get_model("ledger", "LedgerRules").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
