"""What a checkout was opened with, so that a repeated call says the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_invoice_job")]
    operations = [
        migrations.AddField(
            model_name="payment",
            name="checkout_request",
            field=models.JSONField(blank=True, default=dict),
        )
    ]
