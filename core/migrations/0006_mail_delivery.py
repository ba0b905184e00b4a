"""Mails that left and came back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_exchange_rates")]
    operations = [
        migrations.AddField(
            "mail", "bounce", models.CharField(blank=True, db_default="", default="", max_length=400)
        ),
        migrations.AddField("mail", "bounced_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "mail",
            models.CheckConstraint(
                condition=models.Q(("bounced_at", None), ("state__in", ["SENT", "UNSURE"]), _connector="OR"),
                name="core_mail_bounced_has_left",
            ),
        ),
    ]
