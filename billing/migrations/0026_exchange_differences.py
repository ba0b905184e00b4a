"""Realised exchange differences, and the rates that payments, credit memos and refunds are frozen with."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import F, Q, deletion
from django.db.models.functions import Now

from core.triggers import audited

RATE = {"decimal_places": 10, "max_digits": 20}

# A received payment keeps its rate as well.
RECEIVED = """
CREATE OR REPLACE FUNCTION billing_check_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'SUCCEEDED' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR
        (NEW.state, NEW.amount, NEW.currency, NEW.client_id, NEW.entity_id, NEW.received_on, NEW.method, NEW.provider{new})
        IS DISTINCT FROM
        (OLD.state, OLD.amount, OLD.currency, OLD.client_id, OLD.entity_id, OLD.received_on, OLD.method, OLD.provider{old})
    THEN
        RAISE EXCEPTION 'a received payment never changes' USING
            ERRCODE = '23514', CONSTRAINT = 'billing_received_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
WITH_RATE = {"new": ", NEW.exchange_rate", "old": ", OLD.exchange_rate"}
WITHOUT_RATE = {"new": "", "old": ""}

KEPT = """
CREATE TRIGGER billing_exchangedifference_kept BEFORE UPDATE OR DELETE ON billing_exchangedifference
    FOR EACH ROW EXECUTE FUNCTION billing_check_settlement();
"""
NOT_KEPT = "DROP TRIGGER billing_exchangedifference_kept ON billing_exchangedifference;"

SOURCES = ("application", "credit_application", "refund", "movement")


def rated(model: str) -> migrations.AddField:
    return migrations.AddField(model, "exchange_rate", models.DecimalField(blank=True, null=True, **RATE))


def positive(model: str, name: str) -> migrations.AddConstraint:
    condition = Q(exchange_rate=None) | Q(exchange_rate__gt=0)
    return migrations.AddConstraint(
        model, models.CheckConstraint(condition=condition, name=f"billing_{name}_rate_positive")
    )


def source(to: str) -> models.OneToOneField:
    return models.OneToOneField(
        blank=True, null=True, on_delete=deletion.PROTECT, related_name="exchange_difference", to=to
    )


def posted() -> models.OneToOneField:
    return models.OneToOneField(
        blank=True, null=True, on_delete=deletion.PROTECT, related_name="+", to="ledger.journalentry"
    )


def one_source() -> Q:
    found = Q()
    for name in SOURCES:
        found |= Q(**{f"{each}__isnull": each != name for each in SOURCES})
    return found


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0025_items"),
        ("ledger", "0010_exchange"),
        ("core", "0002_triggers"),
    ]
    operations: ClassVar = [
        rated("payment"),
        rated("creditmemo"),
        rated("refund"),
        positive("payment", "payment"),
        positive("creditmemo", "credit"),
        positive("refund", "refund"),
        migrations.RunSQL(RECEIVED.format(**WITH_RATE), RECEIVED.format(**WITHOUT_RATE)),
        migrations.CreateModel(
            "ExchangeDifference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("booked_rate", models.DecimalField(**RATE)),
                ("settled_rate", models.DecimalField(**RATE)),
                ("base_currency", models.CharField(max_length=3)),
                ("difference_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("undone_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("application", source("billing.paymentapplication")),
                ("credit_application", source("billing.creditapplication")),
                ("refund", source("billing.refund")),
                ("movement", source("billing.retainermovement")),
                ("entry", posted()),
                ("undo_entry", posted()),
            ],
            options={
                "ordering": ["-happened_on", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=one_source(), name="billing_difference_has_one_source"),
                    models.CheckConstraint(
                        condition=Q(amount__gt=0, booked_rate__gt=0, settled_rate__gt=0),
                        name="billing_difference_rates_positive",
                    ),
                    models.CheckConstraint(
                        condition=Q(difference_amount=0, entry=None)
                        | (~Q(difference_amount=0) & Q(entry__isnull=False)),
                        name="billing_difference_is_posted",
                    ),
                    models.CheckConstraint(
                        condition=Q(undone_on=None, undo_entry=None)
                        | Q(undone_on__gte=F("happened_on"), entry=None, undo_entry=None)
                        | Q(undone_on__gte=F("happened_on"), entry__isnull=False, undo_entry__isnull=False),
                        name="billing_difference_then_undone",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        audited("billing_exchangedifference"),
    ]
