"""When a client or a contact changed last."""

from django.db import migrations, models
from django.db.models.functions import Now

from core.triggers import touched


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_audit_and_terms"), ("core", "0004_touched_rows")]
    operations = [
        migrations.AddField("client", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddField("contact", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "client", models.Index(fields=["updated_at", "id"], name="clients_client_changed")
        ),
        migrations.AddIndex(
            "contact", models.Index(fields=["updated_at", "id"], name="clients_contact_changed")
        ),
        touched("clients_client"),
        touched("clients_contact"),
    ]
