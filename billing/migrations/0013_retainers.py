"""Retainers with their movements, deposit requests, schedules with their runs."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only, audited, touched

# No deposit falls below zero on any day. The retainers are locked in the order of their ids first; the comparison
# after that is a new statement and sees what others drew meanwhile.
RETAINERS = """
CREATE FUNCTION billing_check_retainer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM billing_retainer
    WHERE id IN (SELECT retainer_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM new_rows LEFT JOIN billing_retainermovement deposit ON deposit.id = new_rows.deposit_id
        WHERE new_rows.kind <> 'DEPOSIT'
            AND (deposit.retainer_id, deposit.kind) IS DISTINCT FROM (new_rows.retainer_id, 'DEPOSIT')
    ) THEN
        RAISE EXCEPTION 'a movement of a deposit of another retainer'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_movement_own_deposit', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT running.retainer_id, running.left_amount INTO wrong
    FROM (
        SELECT movement.retainer_id, sum(movement.amount) OVER (
            PARTITION BY coalesce(movement.deposit_id, movement.id)
            ORDER BY movement.happened_on, movement.amount < 0, movement.id
        ) AS left_amount
        FROM billing_retainermovement movement
        WHERE movement.retainer_id IN (SELECT retainer_id FROM new_rows)
    ) running
    WHERE running.left_amount < 0
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'retainer % would be at %', wrong.retainer_id, wrong.left_amount
            USING ERRCODE = '23514', CONSTRAINT = 'billing_retainer_not_negative', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_retainermovement_check AFTER INSERT ON billing_retainermovement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_retainer();
"""
NO_RETAINERS = """
DROP TRIGGER billing_retainermovement_check ON billing_retainermovement;
DROP FUNCTION billing_check_retainer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0012_methods"),
        ("core", "0004_touched_rows"),
        ("ledger", "0005_deposit_accounts"),
        ("projects", "0007_rates_in_full"),
    ]

    operations = [
        migrations.CreateModel(
            name="BillingSchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("WEEKLY", "Every week"),
                            ("BIWEEKLY", "Every two weeks"),
                            ("MONTHLY", "Every month"),
                            ("QUARTERLY", "Every three months"),
                            ("SEMIANNUAL", "Every six months"),
                            ("ANNUAL", "Every year"),
                        ],
                        default="MONTHLY",
                        max_length=10,
                    ),
                ),
                ("anchor_day", models.PositiveSmallIntegerField(default=1)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("FIRST_DAY", "On the first day of each period"),
                            ("LAST_DAY", "On the last day of each period"),
                        ],
                        default="LAST_DAY",
                        max_length=10,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("ISSUE", "Draft and issue"),
                            ("SEND", "Draft, issue and send"),
                        ],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("runs_from", models.DateField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="DepositRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_top_up", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Retainer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("minimum_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("target_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("expires_after_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("draws_by_itself", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["client__name", "project__name", "id"],
            },
        ),
        migrations.CreateModel(
            name="RetainerMovement",
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
                            ("DEPOSIT", "Deposit"),
                            ("DRAW", "Draw"),
                            ("RETURN", "Draw returned"),
                            ("REFUND", "Refund"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["happened_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_first_on", models.DateField()),
                ("period_last_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("STARTED", "Started"),
                            ("DONE", "Done"),
                            ("NOTHING", "Nothing to bill"),
                            ("FAILED", "Failed"),
                        ],
                        default="STARTED",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("ran_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="billingrules",
            name="retainer_prefix",
            field=models.CharField(db_default="RET", default="RET", max_length=10),
        ),
        migrations.AddField(
            model_name="invoice",
            name="kind",
            field=models.CharField(
                choices=[("INVOICE", "Invoice"), ("DEPOSIT", "Deposit request")],
                db_default="INVOICE",
                default="INVOICE",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="numberseries",
            name="series",
            field=models.CharField(
                choices=[
                    ("INVOICE", "Invoices"),
                    ("CREDIT", "Credit memos"),
                    ("RETAINER", "Deposit requests"),
                ],
                default="INVOICE",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[
                    ("CARD", "Card"),
                    ("BANK_DEBIT", "Bank debit"),
                    ("CHECK", "Check"),
                    ("BANK_TRANSFER", "Bank transfer"),
                    ("RETAINER", "Retainer"),
                    ("OTHER", "Other"),
                ],
                default="CARD",
                max_length=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="billingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retainer_prefix", models.F("number_prefix")), _negated=True),
                    models.Q(("retainer_prefix", models.F("credit_prefix")), _negated=True),
                ),
                name="billing_retainer_prefix_differs",
            ),
        ),
        migrations.AddField(
            model_name="billingschedule",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="billingschedule",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="billing_schedules",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="depositrequest",
            name="invoice",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deposit_request",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="retainer",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="retainers", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="retainer",
            name="entity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="retainers", to="people.legalentity"
            ),
        ),
        migrations.AddField(
            model_name="retainer",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retainers",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="depositrequest",
            name="retainer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="billing.retainer"
            ),
        ),
        migrations.AddField(
            model_name="retainermovement",
            name="deposit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="movements",
                to="billing.retainermovement",
            ),
        ),
        migrations.AddField(
            model_name="retainermovement",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.journalentry"
            ),
        ),
        migrations.AddField(
            model_name="retainermovement",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retainer_movements",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="retainermovement",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retainer_movements",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="retainermovement",
            name="retainer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="billing.retainer"
            ),
        ),
        migrations.AddField(
            model_name="schedulerun",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="schedule_runs",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="schedulerun",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="billing.billingschedule"
            ),
        ),
        migrations.AddConstraint(
            model_name="billingschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="billing_schedule_ends_after_start",
                violation_error_message="The schedule ends before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="billingschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("anchor_day__range", (1, 7)), ("frequency__in", ["WEEKLY", "BIWEEKLY"])),
                    models.Q(
                        models.Q(("frequency__in", ["WEEKLY", "BIWEEKLY"]), _negated=True),
                        ("anchor_day__range", (1, 31)),
                    ),
                    _connector="OR",
                ),
                name="billing_schedule_has_anchor",
                violation_error_message="The anchor is a day from 1 to 31, for weeks from 1 (Monday) to 7 (Sunday).",
            ),
        ),
        migrations.AddConstraint(
            model_name="retainer",
            constraint=models.UniqueConstraint(
                fields=("entity", "client", "project", "currency"),
                name="billing_retainer_once",
                nulls_distinct=False,
                violation_error_message="There is a retainer for this client and project already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="retainer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_amount__gte", 0), ("target_amount__gte", models.F("minimum_amount"))
                ),
                name="billing_retainer_target_covers_minimum",
                violation_error_message="The target is at least the minimum.",
            ),
        ),
        migrations.AddConstraint(
            model_name="retainermovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("kind__in", ["DEPOSIT", "RETURN"])),
                    models.Q(("amount__lt", 0), ("kind__in", ["DRAW", "REFUND"])),
                    _connector="OR",
                ),
                name="billing_movement_has_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="retainermovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deposit", None), ("kind", "DEPOSIT")),
                    models.Q(models.Q(("kind", "DEPOSIT"), _negated=True), ("deposit__isnull", False)),
                    _connector="OR",
                ),
                name="billing_movement_has_deposit",
            ),
        ),
        migrations.AddConstraint(
            model_name="retainermovement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "DEPOSIT")),
                fields=("payment", "invoice"),
                name="billing_deposit_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerun",
            constraint=models.UniqueConstraint(
                fields=("schedule", "period_first_on"), name="billing_schedule_period_once"
            ),
        ),
        touched("billing_retainer"),
        touched("billing_billingschedule"),
        *(
            audited(table)
            for table in (
                "billing_retainer",
                "billing_depositrequest",
                "billing_billingschedule",
                "billing_schedulerun",
            )
        ),
        append_only("billing_retainermovement"),
        migrations.RunSQL(RETAINERS, reverse_sql=NO_RETAINERS),
    ]
