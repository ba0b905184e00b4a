"""What every firm begins with: built-in roles and the usual working week."""

from django.db import migrations

VIEW = ["clients.view", "projects.view_all"]
MANAGER = [*VIEW, "clients.manage", "projects.manage", "timesheets.approve_team"]
FINANCE = [
    *VIEW,
    "clients.manage",
    "projects.manage",
    "projects.view_rates",
    "projects.manage_rates",
    "billing.view",
    "billing.draft",
    "billing.issue",
    "billing.record_payments",
    "billing.manage_rules",
    "ledger.view",
    "ledger.close",
    "timesheets.lock",
    "timesheets.approve_all",
]
ADMINISTRATION = [
    "people.manage",
    "people.manage_firm",
    "integrations.manage",
    "timesheets.record_for_others",
]
ROLES = [
    ("Owner", "Everything, the firm itself included.", sorted({*MANAGER, *FINANCE, *ADMINISTRATION}), True),
    ("Administrator", "People, settings and connections.", sorted({*MANAGER, *ADMINISTRATION}), False),
    ("Finance", "Rates, invoices, payments and the books.", sorted(FINANCE), False),
    ("Manager", "Clients and projects, and the time of the own team.", sorted(MANAGER), False),
    ("Staff", "Their own time, on the projects they are on.", [], False),
]


def add(apps, schema_editor):
    for name, description, rights, is_owner in ROLES:
        apps.get_model("people", "Role").objects.create(
            name=name, description=description, rights=rights, is_owner=is_owner, is_builtin=True
        )
    apps.get_model("people", "WorkingPattern").objects.create(name="Full time, 40 hours", is_default=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
