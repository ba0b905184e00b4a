"""Time is approved in one step, by the line manager, until a firm chooses otherwise."""

from django.db import migrations

STATEMENT = (
    "I have reviewed these hours. To the best of my knowledge they were worked as described and are charged to the "
    "right projects."
)


def add(apps, schema_editor):
    policy = apps.get_model("approvals", "Policy").objects.create(
        subject_kind="timesheets.timeentry", name="Time", statement=STATEMENT
    )
    apps.get_model("approvals", "Step").objects.create(policy=policy, position=1, source="LINE_MANAGER")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
