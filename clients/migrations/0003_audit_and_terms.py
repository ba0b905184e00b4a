"""Changes of clients and contacts are audited; owners and finance may change terms and taxes."""

from django.db import migrations

from core.triggers import audited

RIGHT = "clients.manage_terms"


def grant(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(
        is_builtin=True, name__in=["Owner", "Finance"]
    ):
        role.rights = sorted({*role.rights, RIGHT})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_first_rows"),
        ("core", "0002_triggers"),
        ("people", "0002_first_rows"),
    ]
    operations = [
        audited("clients_client"),
        audited("clients_contact"),
        audited("clients_paymentterms"),
        audited("clients_taxcode"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
