"""Expenses: codes, unit rates, markup, limits, reports, lines, receipts, what was paid back."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Max

from core.triggers import audited, touched

# Statement-level, as for time. What approval and paying back write may change on locked days.
REFUSE_LOCKED = """
CREATE FUNCTION timesheets_refuse_locked_expense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    locked date;
    refused date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(timesheets_lock_key());
    SELECT locked_through INTO locked FROM timesheets_timerules WHERE id = 1;
    IF locked IS NULL OR current_setting('psa.enters_closed', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT min(spent_on) INTO refused FROM new_rows WHERE spent_on <= locked;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT min(spent_on) INTO refused FROM old_rows WHERE spent_on <= locked;
    ELSE
        SELECT min(least(before.spent_on, after.spent_on)) INTO refused
        FROM old_rows before JOIN new_rows after ON after.id = before.id
        WHERE least(before.spent_on, after.spent_on) <= locked
            AND (before.report_id, before.kind, before.spent_on, before.code_id, before.project_id, before.task_id,
                 before.work_class_id, before.vendor, before.note, before.quantity, before.unit_cost_amount,
                 before.unit_billing_amount, before.currency, before.amount, before.tax_amount,
                 before.exchange_rate, before.base_amount, before.is_reimbursable, before.is_billable,
                 before.billable_amount)
                IS DISTINCT FROM
                (after.report_id, after.kind, after.spent_on, after.code_id, after.project_id, after.task_id,
                 after.work_class_id, after.vendor, after.note, after.quantity, after.unit_cost_amount,
                 after.unit_billing_amount, after.currency, after.amount, after.tax_amount,
                 after.exchange_rate, after.base_amount, after.is_reimbursable, after.is_billable,
                 after.billable_amount);
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'expenses of % are locked', refused
            USING ERRCODE = '23514', CONSTRAINT = 'timesheets_expense_day_is_locked', TABLE = TG_TABLE_NAME,
                DETAIL = to_char(refused, 'Dy FMDD Mon');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER timesheets_expense_locked_insert AFTER INSERT ON timesheets_expense
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_expense();
CREATE TRIGGER timesheets_expense_locked_update AFTER UPDATE ON timesheets_expense
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_expense();
CREATE TRIGGER timesheets_expense_locked_delete AFTER DELETE ON timesheets_expense
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION timesheets_refuse_locked_expense();
"""

ALLOW_LOCKED = """
DROP TRIGGER timesheets_expense_locked_insert ON timesheets_expense;
DROP TRIGGER timesheets_expense_locked_update ON timesheets_expense;
DROP TRIGGER timesheets_expense_locked_delete ON timesheets_expense;
DROP FUNCTION timesheets_refuse_locked_expense();
"""

# What was paid back stays: the line, that it was paid, and its receipts. A reversing line corrects it.
REFUSE_REIMBURSED = """
CREATE FUNCTION timesheets_refuse_reimbursed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'expense % is paid back', OLD.id
        USING ERRCODE = '23514', CONSTRAINT = 'timesheets_expense_is_reimbursed', TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER timesheets_expense_paid_update BEFORE UPDATE ON timesheets_expense
    FOR EACH ROW WHEN (OLD.reimbursement_id IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION timesheets_refuse_reimbursed();
CREATE TRIGGER timesheets_expense_paid_delete BEFORE DELETE ON timesheets_expense
    FOR EACH ROW WHEN (OLD.reimbursement_id IS NOT NULL)
    EXECUTE FUNCTION timesheets_refuse_reimbursed();

CREATE FUNCTION timesheets_refuse_receipt_of_reimbursed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line bigint;
    paid bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN line := OLD.expense_id; ELSE line := NEW.expense_id; END IF;
    -- Waits for whoever pays the line back right now.
    SELECT reimbursement_id INTO paid FROM timesheets_expense WHERE id = line FOR SHARE;
    IF paid IS NOT NULL THEN
        RAISE EXCEPTION 'expense % is paid back', line
            USING ERRCODE = '23514', CONSTRAINT = 'timesheets_expense_is_reimbursed', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER timesheets_receipt_paid BEFORE INSERT OR UPDATE OR DELETE ON timesheets_receipt
    FOR EACH ROW EXECUTE FUNCTION timesheets_refuse_receipt_of_reimbursed();
"""

ALLOW_REIMBURSED = """
DROP TRIGGER timesheets_receipt_paid ON timesheets_receipt;
DROP FUNCTION timesheets_refuse_receipt_of_reimbursed();
DROP TRIGGER timesheets_expense_paid_update ON timesheets_expense;
DROP TRIGGER timesheets_expense_paid_delete ON timesheets_expense;
DROP FUNCTION timesheets_refuse_reimbursed();
"""

# What was billed to a client, or will be, is in the client's currency.
KEEP_CURRENCY = """
CREATE FUNCTION timesheets_check_client_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM timesheets_expense expense JOIN projects_project project ON project.id = expense.project_id
        WHERE project.client_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'client % has expenses in %', NEW.id, OLD.currency
            USING ERRCODE = '23514', CONSTRAINT = 'timesheets_client_currency_is_locked', TABLE = TG_TABLE_NAME,
                DETAIL = OLD.currency;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER timesheets_client_currency BEFORE UPDATE OF currency ON clients_client
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency)
    EXECUTE FUNCTION timesheets_check_client_currency();
"""

FREE_CURRENCY = """
DROP TRIGGER timesheets_client_currency ON clients_client;
DROP FUNCTION timesheets_check_client_currency();
"""

# name, short, unit, receipt from, needs a note
FIRST_CODES = [
    ("Airfare", "AIR", "", 0, False),
    ("Car rental", "CAR", "", 0, False),
    ("Ground transport", "GND", "", 25, False),
    ("Lodging", "LDG", "", 0, False),
    ("Meals", "MEAL", "", 25, True),
    ("Mileage", "MILE", "mile", None, True),
    ("Parking and tolls", "PARK", "", 25, False),
    ("Printing and copies", "PRT", "", 25, False),
    ("Supplies", "SUP", "", 25, False),
    ("Other", "OTH", "", 0, True),
]


def add_codes(apps, schema_editor):
    code = apps.get_model("timesheets", "ExpenseCode")
    for name, short, unit, receipt_from, requires_note in FIRST_CODES:
        code.objects.create(
            name=name, code=short, unit=unit, receipt_from_amount=receipt_from, requires_note=requires_note
        )


def grant(apps, schema_editor):
    """Finance pays back and keeps codes and limits, and so does the owner, who may all."""
    for role in apps.get_model("people", "Role").objects.filter(
        is_builtin=True, name__in=["Owner", "Finance"]
    ):
        role.rights = sorted({*role.rights, "timesheets.reimburse", "timesheets.manage_expenses"})
        role.save(update_fields=["rights"])


def ask_second(apps, schema_editor):
    """What is over policy goes to finance after everybody else."""
    policy = apps.get_model("approvals", "Policy").objects.get(subject_kind="timesheets.expense")
    last = policy.steps.aggregate(last=Max("position"))["last"] or 0
    finance = apps.get_model("people", "Role").objects.get(name="Finance")
    policy.steps.create(position=last + 1, source="ROLE", role=finance, is_for_exceptions=True)


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_exceptions"),
        ("clients", "0004_updated_at"),
        ("core", "0005_exchange_rates"),
        ("people", "0007_calendars"),
        ("projects", "0004_classes_and_notes"),
        ("timesheets", "0005_full_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpenseCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("code", models.CharField(blank=True, max_length=20)),
                ("is_active", models.BooleanField(default=True)),
                ("is_reimbursable", models.BooleanField(default=True)),
                ("is_billable", models.BooleanField(default=True)),
                ("unit", models.CharField(blank=True, max_length=20)),
                (
                    "receipt_from_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                ("requires_note", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("receipt_from_amount", None), ("receipt_from_amount__gte", 0), _connector="OR"
                        ),
                        name="timesheets_code_receipt_from",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpenseRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("cost_amount", models.DecimalField(decimal_places=5, max_digits=14)),
                (
                    "billing_amount",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=14, null=True),
                ),
                ("effective", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="timesheets.expensecode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExpenseReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expense_reports",
                        to="people.staffmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Expense",
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
                            ("EMPLOYEE", "Paid by the employee"),
                            ("CARD", "Corporate card"),
                            ("SERVICE_FEE", "Service fee"),
                            ("VENDOR_BILL", "Vendor bill"),
                        ],
                        default="EMPLOYEE",
                        max_length=12,
                    ),
                ),
                ("spent_on", models.DateField()),
                ("vendor", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("quantity", models.DecimalField(decimal_places=2, default=1, max_digits=12)),
                (
                    "unit_cost_amount",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=14, null=True),
                ),
                (
                    "unit_billing_amount",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=14, null=True),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("tax_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                (
                    "exchange_rate",
                    models.DecimalField(blank=True, decimal_places=10, max_digits=20, null=True),
                ),
                ("exchange_source", models.CharField(blank=True, max_length=160)),
                ("exchange_by_name", models.CharField(blank=True, max_length=160)),
                ("base_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("is_reimbursable", models.BooleanField(default=True)),
                ("is_billable", models.BooleanField(default=False)),
                ("billable_currency", models.CharField(blank=True, max_length=3)),
                (
                    "billable_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                ("billable_source", models.CharField(blank=True, max_length=240)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("SUBMITTED", "Submitted"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Returned"),
                        ],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("needs_second", models.BooleanField(default=False)),
                ("once", models.UUIDField(blank=True, null=True, unique=True)),
                ("recorded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="projects.project",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="timesheets.expense",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="projects.task",
                    ),
                ),
                (
                    "work_class",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="projects.workclass",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="timesheets.expensecode",
                    ),
                ),
                (
                    "unit_rate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="timesheets.expenserate",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="timesheets.expensereport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("added_by_name", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "expense",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="timesheets.expense",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "preview",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "thumbnail",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Reimbursement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("paid_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("by_name", models.CharField(max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reimbursements",
                        to="people.staffmember",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="expense",
            name="reimbursement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expenses",
                to="timesheets.reimbursement",
            ),
        ),
        migrations.CreateModel(
            name="ExpenseLimit",
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
                            ("ITEM", "For each line"),
                            ("DAY", "For each person and day"),
                            ("MONTH", "For each person and month"),
                            ("PER_DIEM", "For each unit of the quantity (per diem)"),
                            ("WEEKEND", "Not on a weekend"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                (
                    "severity",
                    models.CharField(
                        choices=[("WARN", "Warn"), ("SECOND", "Ask a second approver"), ("BLOCK", "Refuse")],
                        default="WARN",
                        max_length=6,
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="limits",
                        to="timesheets.expensecode",
                    ),
                ),
            ],
            options={
                "ordering": ["kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "kind"), name="timesheets_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", None), ("kind", "WEEKEND")),
                            models.Q(models.Q(("kind", "WEEKEND"), _negated=True), ("amount__gt", 0)),
                            _connector="OR",
                        ),
                        name="timesheets_limit_has_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpenseMarkup",
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
                            ("PERCENT", "Percent of the cost"),
                            ("FIXED", "A fixed amount for each line"),
                        ],
                        default="PERCENT",
                        max_length=7,
                    ),
                ),
                ("value", models.DecimalField(decimal_places=4, max_digits=12)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expense_markups",
                        to="clients.client",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="markups",
                        to="timesheets.expensecode",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expense_markups",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "client", "project"),
                        name="timesheets_markup_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("client", None), ("project", None), _connector="OR"),
                        name="timesheets_markup_client_or_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code__isnull", False),
                            ("client__isnull", False),
                            ("project__isnull", False),
                            _connector="OR",
                        ),
                        name="timesheets_markup_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="timesheets_markup_not_negative"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="expenserate",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(models.F("code"), "="), (models.F("effective"), "&&")],
                name="timesheets_unit_rates_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="expenserate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cost_amount__gt", 0),
                    models.Q(("billing_amount", None), ("billing_amount__gte", 0), _connector="OR"),
                ),
                name="timesheets_unit_rate_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="expenserate",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective__startswith__isnull", False), ("effective__isempty", False)),
                name="timesheets_unit_rate_has_start",
            ),
        ),
        migrations.AddIndex(
            model_name="expensereport",
            index=models.Index(fields=["staff", "-id"], name="timesheets_report_staff"),
        ),
        migrations.AddConstraint(
            model_name="expensereport",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="timesheets_report_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("expense", "sha256"), name="timesheets_receipt_once_a_line"
            ),
        ),
        migrations.AddIndex(
            model_name="expense",
            index=models.Index(fields=["report", "spent_on"], name="timesheets_expense_report"),
        ),
        migrations.AddIndex(
            model_name="expense",
            index=models.Index(fields=["project", "state", "spent_on"], name="timesheets_expense_project"),
        ),
        migrations.AddIndex(
            model_name="expense",
            index=models.Index(fields=["updated_at", "id"], name="timesheets_expense_changed"),
        ),
        migrations.AddIndex(
            model_name="expense",
            index=models.Index(
                condition=models.Q(("is_reimbursable", True), ("reimbursement", None), ("state", "APPROVED")),
                fields=["report"],
                name="timesheets_expense_to_pay",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["DRAFT", "REJECTED"]),
                    models.Q(
                        ("amount__isnull", False), ("base_amount__isnull", False), ("code__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="timesheets_expense_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["DRAFT", "REJECTED"]),
                    ("is_billable", False),
                    models.Q(("billable_amount__isnull", False), ("project__isnull", False)),
                    _connector="OR",
                ),
                name="timesheets_expense_billed_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_billable", True), ("billable_amount", None), _connector="OR"),
                name="timesheets_expense_not_billable_is_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(("task", None), ("project__isnull", False), _connector="OR"),
                name="timesheets_expense_task_has_project",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("quantity__gt", 0),
                        ("reverses", None),
                        ("tax_amount__gte", 0),
                        models.Q(("amount", None), ("amount__gt", 0), _connector="OR"),
                    ),
                    models.Q(
                        ("amount__lt", 0),
                        ("quantity__lt", 0),
                        ("reverses__isnull", False),
                        ("tax_amount__lte", 0),
                    ),
                    _connector="OR",
                ),
                name="timesheets_expense_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount", None),
                    models.Q(("reverses", None), ("tax_amount__lte", models.F("amount"))),
                    models.Q(("reverses__isnull", False), ("tax_amount__gte", models.F("amount"))),
                    _connector="OR",
                ),
                name="timesheets_expense_tax_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(("exchange_rate", None), ("exchange_rate__gt", 0), _connector="OR"),
                name="timesheets_expense_exchange",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "SERVICE_FEE"), _negated=True),
                    ("is_reimbursable", False),
                    _connector="OR",
                ),
                name="timesheets_expense_fee_is_internal",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reimbursement", None),
                    models.Q(("is_reimbursable", True), ("state", "APPROVED")),
                    _connector="OR",
                ),
                name="timesheets_expense_paid_is_approved",
            ),
        ),
        audited("timesheets_expensecode"),
        audited("timesheets_expenserate"),
        audited("timesheets_expensemarkup"),
        audited("timesheets_expenselimit"),
        audited("timesheets_expensereport"),
        audited("timesheets_expense"),
        audited("timesheets_receipt"),
        audited("timesheets_reimbursement"),
        touched("timesheets_expense"),
        touched("timesheets_expensereport"),
        migrations.RunSQL(REFUSE_LOCKED, reverse_sql=ALLOW_LOCKED),
        migrations.RunSQL(REFUSE_REIMBURSED, reverse_sql=ALLOW_REIMBURSED),
        migrations.RunSQL(KEEP_CURRENCY, reverse_sql=FREE_CURRENCY),
        migrations.RunPython(add_codes, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(ask_second, migrations.RunPython.noop),
    ]
