"""Reminders of open invoices: rules and steps, what stops them, every mail, late fees, notes, statements."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited

# What stops an invoice, and a mail that names one, are about the client that the invoice is to. Checked when written:
# a merge of clients moves them all.
SAME_CLIENT = """
CREATE FUNCTION billing_check_dunned_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'billing_dunningstop' THEN
        IF EXISTS (
            SELECT 1 FROM new_rows JOIN billing_invoice invoice
                ON invoice.id = (to_jsonb(new_rows) ->> 'invoice_id')::bigint
            WHERE invoice.client_id <> (to_jsonb(new_rows) ->> 'client_id')::bigint
        ) THEN
            RAISE EXCEPTION 'a stop of an invoice of another client'
                USING ERRCODE = '23514', CONSTRAINT = 'billing_dunned_client', TABLE = TG_TABLE_NAME;
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM new_rows
        JOIN billing_invoice invoice ON invoice.id = (to_jsonb(new_rows) ->> 'invoice_id')::bigint
        JOIN billing_paymentreminder reminder ON reminder.id = (to_jsonb(new_rows) ->> 'reminder_id')::bigint
        WHERE invoice.client_id <> reminder.client_id
    ) THEN
        RAISE EXCEPTION 'a reminder with an invoice of another client'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_dunned_client', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_dunningstop_client AFTER INSERT ON billing_dunningstop
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_dunned_client();
CREATE TRIGGER billing_remindedinvoice_client AFTER INSERT ON billing_remindedinvoice
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_dunned_client();
"""
NOT_SAME_CLIENT = """
DROP TRIGGER billing_dunningstop_client ON billing_dunningstop;
DROP TRIGGER billing_remindedinvoice_client ON billing_remindedinvoice;
DROP FUNCTION billing_check_dunned_client();
"""

STEPS = ((-7, "FRIENDLY"), (0, "FRIENDLY"), (7, "PLAIN"), (14, "FIRM"), (30, "FINAL"))
AUDITED = (
    "dunningrules",
    "dunningstep",
    "dunningstop",
    "paymentreminder",
    "latefee",
    "collectionnote",
    "sentstatement",
)


def begin(apps, schema_editor):
    """Steps that a firm can live with; nothing is sent until somebody turns them on."""
    apps.get_model("billing", "DunningRules").objects.create(id=1)
    steps = apps.get_model("billing", "DunningStep").objects
    for days, tone in STEPS:
        steps.create(days=days, tone=tone)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0019_templates"),
        ("clients", "0008_reminders"),
        ("core", "0004_touched_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="DunningRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_active", models.BooleanField(default=False)),
                ("hour", models.PositiveSmallIntegerField(default=9)),
                ("repeat_days", models.PositiveSmallIntegerField(default=0)),
                ("most_mails", models.PositiveSmallIntegerField(default=6)),
                ("statement_day", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="billing_one_dunning_rules_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="billing_dunning_at_an_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_mails__range", (1, 50)), ("repeat_days__lte", 90)),
                        name="billing_dunning_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("statement_day", None), ("statement_day__range", (1, 28)), _connector="OR"
                        ),
                        name="billing_statement_day_is_in_each_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DunningStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.SmallIntegerField(unique=True)),
                (
                    "tone",
                    models.CharField(
                        choices=[
                            ("FRIENDLY", "Friendly"),
                            ("PLAIN", "Plain"),
                            ("FIRM", "Firm"),
                            ("FINAL", "Final"),
                        ],
                        default="FRIENDLY",
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "fee",
                    models.CharField(
                        choices=[
                            ("NONE", "No fee"),
                            ("FIXED", "An amount"),
                            ("PERCENT", "Percent of what is open"),
                        ],
                        default="NONE",
                        max_length=10,
                    ),
                ),
                ("fee_percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("fee_amount", models.DecimalField(decimal_places=4, default=0, max_digits=12)),
                ("fee_minimum_amount", models.DecimalField(decimal_places=4, default=0, max_digits=12)),
                (
                    "fee_action",
                    models.CharField(
                        choices=[("DRAFT", "Draft it"), ("ISSUE", "Draft and issue it")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("fee_from", models.DateField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["days"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (-60, 365))), name="billing_step_within_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("fee", "NONE"),
                                ("fee_amount", 0),
                                ("fee_from", None),
                                ("fee_minimum_amount", 0),
                                ("fee_percent", 0),
                            ),
                            models.Q(
                                ("days__gt", 0),
                                ("fee", "FIXED"),
                                ("fee_amount__gt", 0),
                                ("fee_from__isnull", False),
                                ("fee_minimum_amount", 0),
                                ("fee_percent", 0),
                            ),
                            models.Q(
                                ("days__gt", 0),
                                ("fee", "PERCENT"),
                                ("fee_amount", 0),
                                ("fee_from__isnull", False),
                                ("fee_minimum_amount__gte", 0),
                                ("fee_percent__gt", 0),
                                ("fee_percent__lte", 100),
                            ),
                            _connector="OR",
                        ),
                        name="billing_step_fee_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "tone",
                    models.CharField(
                        choices=[
                            ("FRIENDLY", "Friendly"),
                            ("PLAIN", "Plain"),
                            ("FIRM", "Firm"),
                            ("FINAL", "Final"),
                        ],
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("called_off_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_reminders",
                        to="clients.client",
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.mail",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RemindedInvoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step_days", models.SmallIntegerField(blank=True, null=True)),
                ("open_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminded",
                        to="billing.invoice",
                    ),
                ),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.paymentreminder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SentStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("first_on", models.DateField(blank=True, null=True)),
                ("last_on", models.DateField()),
                ("closing_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("month_on", models.DateField(blank=True, null=True)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="clients.client",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.mail",
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CollectionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collection_notes",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="billing_note_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DunningStop",
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
                            ("DISPUTE", "Disputed"),
                            ("PROMISE", "Promised to pay"),
                            ("PAUSE", "Paused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=120)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dunning_stops",
                        to="clients.client",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dunning_stops",
                        to="billing.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invoice__isnull", False), ("kind", "DISPUTE"), ("until", None)),
                            models.Q(
                                ("invoice__isnull", False), ("kind", "PROMISE"), ("until__isnull", False)
                            ),
                            ("kind", "PAUSE"),
                            _connector="OR",
                        ),
                        name="billing_stop_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "DISPUTE"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="billing_dispute_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="billing_stop_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("invoice__isnull", False)),
                        fields=("invoice", "kind"),
                        name="billing_one_stop_of_a_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("invoice", None)),
                        fields=("client",),
                        name="billing_one_pause_of_a_client",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateFee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step_days", models.SmallIntegerField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("charged_on", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=400)),
                (
                    "fee_invoice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="late_fee_for",
                        to="billing.invoice",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_fees",
                        to="billing.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ["-charged_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "step_days"), name="billing_late_fee_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="billing_late_fee_positive"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="paymentreminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("called_off_at", None)),
                fields=("client", "day"),
                name="billing_reminded_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="remindedinvoice",
            constraint=models.UniqueConstraint(
                fields=("reminder", "invoice"), name="billing_reminded_once_in_a_mail"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentstatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("month_on__isnull", False)),
                fields=("client", "month_on"),
                name="billing_statement_once_a_month",
            ),
        ),
        *(audited(f"billing_{table}") for table in AUDITED),
        migrations.RunSQL(SAME_CLIENT, reverse_sql=NOT_SAME_CLIENT),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
