"""Reasons that dialogs offer, with a few to begin with."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models.functions import Lower

from core.triggers import audited

FIRST = {
    "WRITE": ["Agreed with the client", "Beyond the budget", "Rework", "Training", "Unexpected difficulty"],
    "HOLD": [
        "Client asked to wait",
        "Waiting for a purchase order",
        "Waiting for a change order",
        "In dispute",
    ],
    "DISCOUNT": ["Goodwill", "Long-standing client", "Volume", "Not-for-profit"],
    "VOID": ["Wrong client", "Wrong amount", "Wrong purchase order", "Billed twice"],
    "CREDIT": ["Billed too much", "Work not accepted", "Goodwill", "Wrong rate"],
    "WRITE_OFF": ["Client is insolvent", "Not worth collecting", "Settled in dispute", "Beyond the budget"],
}


def begin(apps, schema_editor):
    reasons = apps.get_model("billing", "SuggestedReason")
    reasons.objects.bulk_create(
        reasons(kind=kind, words=words, position=position)
        for kind, found in FIRST.items()
        for position, words in enumerate(found, start=1)
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0029_item_prices"), ("core", "0002_triggers")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SuggestedReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("WRITE", "Write-ups and write-downs"),
                            ("HOLD", "Holds"),
                            ("DISCOUNT", "Discounts"),
                            ("VOID", "Voided and reissued documents"),
                            ("CREDIT", "Credit memos"),
                            ("WRITE_OFF", "Write-offs"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "ordering": ["kind", "position", "id"],
                "constraints": [
                    models.UniqueConstraint("kind", Lower("words"), name="billing_reason_once"),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="billing_reason_has_words"
                    ),
                ],
            },
        ),
        audited("billing_suggestedreason"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
