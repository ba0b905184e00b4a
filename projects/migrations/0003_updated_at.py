"""When a project or a task changed last."""

from django.db import migrations, models
from django.db.models.functions import Now

from core.triggers import touched


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_promises_and_audit"), ("core", "0004_touched_rows")]
    operations = [
        migrations.AddField("project", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddField("task", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "project", models.Index(fields=["updated_at", "id"], name="projects_project_changed")
        ),
        migrations.AddIndex("task", models.Index(fields=["updated_at", "id"], name="projects_task_changed")),
        touched("projects_project"),
        touched("projects_task"),
    ]
