"""What electronic invoices say about a company."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_hours_style")]
    operations = [
        migrations.AddField(
            "legalentity", "country", models.CharField(blank=True, db_default="", default="", max_length=2)
        ),
        migrations.AddField(
            "legalentity", "iban", models.CharField(blank=True, db_default="", default="", max_length=34)
        ),
        migrations.AddConstraint(
            "legalentity",
            models.CheckConstraint(
                condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="people_entity_country_is_a_code",
            ),
        ),
        migrations.AddConstraint(
            "legalentity",
            models.CheckConstraint(
                condition=models.Q(
                    ("iban", ""), ("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"), _connector="OR"
                ),
                name="people_iban_is_one",
            ),
        ),
    ]
