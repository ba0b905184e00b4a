"""Rights of approvers: to change billable or worked hours while approving, and to take approvals back."""

from django.db import migrations

BILLABLE, WORKED, UNAPPROVE = "timesheets.edit_billable", "timesheets.edit_worked", "timesheets.unapprove"
RIGHTS = {
    "Owner": [BILLABLE, WORKED, UNAPPROVE],
    "Finance": [BILLABLE, UNAPPROVE],
    # Administrators make managers, and nobody gives rights that they do not hold.
    "Administrator": [BILLABLE, UNAPPROVE],
    "Manager": [BILLABLE, UNAPPROVE],
}


def grant(apps, schema_editor):
    """Managers and finance may do what they could until now; what others worked, only the owner changes."""
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name__in=RIGHTS):
        role.rights = sorted({*role.rights, *RIGHTS[role.name]})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("people", "0004_promises"), ("timesheets", "0009_rules_and_periods")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
