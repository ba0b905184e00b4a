"""Work on site: a rate card's surcharge for each hour under its labor code, and that of a template's card."""

import django.db.models.deletion
from django.db import migrations, models

CARDS = ("ratecard", "templatecard")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0019_budget_months"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="onsite_amount",
                field=models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
            )
            for model in CARDS
        ),
        *(
            migrations.AddField(
                model_name=model,
                name="onsite_code",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="projects.laborcode",
                ),
            )
            for model in CARDS
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(("onsite_amount", None), ("onsite_amount__gt", 0), _connector="OR"),
                name="projects_card_onsite_positive",
                violation_error_message="A surcharge is above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("onsite_amount", None), ("onsite_code", None)),
                    models.Q(("onsite_amount__isnull", False), ("onsite_code__isnull", False)),
                    _connector="OR",
                ),
                name="projects_card_onsite_code",
                violation_error_message="Say under which labor code work on site is recorded, and its surcharge.",
            ),
        ),
    ]
