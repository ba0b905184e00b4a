"""A fee for each period of a schedule: prorated, and rising year by year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_rerating")]

    operations = [
        migrations.AddField(
            model_name="billingschedule",
            name="fee_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="billingschedule",
            name="fee_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="billingschedule",
            name="prorates",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="billingschedule",
            name="escalator_percent",
            field=models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=7),
        ),
        migrations.AddConstraint(
            model_name="billingschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fee_amount", None), ("fee_name", "")),
                    models.Q(("fee_amount__gt", 0), models.Q(("fee_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="billing_schedule_fee_has_name",
                violation_error_message="A fee has a name and an amount above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="billingschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("escalator_percent__gte", 0)),
                name="billing_schedule_fee_rises",
                violation_error_message="The yearly increase is not below zero.",
            ),
        ),
    ]
