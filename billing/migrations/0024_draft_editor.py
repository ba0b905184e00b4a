"""Lines grouped as people choose, write-downs kept by entry, work held or written off, files that go with the mail."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from core.money import allocate
from core.triggers import audited

# What entries were written up or down by is what their line is; the work itself is watched by billing_check_sums.
SPREAD = """
CREATE FUNCTION billing_check_spread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_invoiceline line
        JOIN billing_billedtime billed ON billed.line_id = line.id AND billed.is_live
        WHERE line.invoice_id = NEW.id
        GROUP BY line.id, line.amount, line.computed_amount
        HAVING sum(billed.adjustment_amount) <> line.amount - line.computed_amount
    ) THEN
        RAISE EXCEPTION 'the entries of invoice % do not add up to its lines', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_lines_add_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_invoice_spread BEFORE UPDATE OF state ON billing_invoice
    FOR EACH ROW WHEN (OLD.state = 'DRAFT' AND NEW.state = 'ISSUED') EXECUTE FUNCTION billing_check_spread();
"""
NO_SPREAD = """
DROP TRIGGER billing_invoice_spread ON billing_invoice;
DROP FUNCTION billing_check_spread();
"""


def spread(apps, schema_editor):
    """Write-downs of drafts were kept by line alone."""
    lines = apps.get_model("billing", "InvoiceLine").objects.filter(invoice__state="DRAFT")
    for line in lines.exclude(amount=models.F("computed_amount")).select_related("invoice"):
        rows = list(line.billed_time.filter(is_live=True).order_by("id"))
        if not rows:
            continue
        parts = allocate(line.amount, [row.amount for row in rows], line.invoice.currency)
        for row, part in zip(rows, parts, strict=True):
            row.adjustment_amount = part - row.amount
            row.adjustment_reason = line.adjustment_reason
            row.save()


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0023_merged_clients"),
        ("core", "0004_touched_rows"),
        ("projects", "0001_initial"),
        ("timesheets", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="InvoiceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLayout",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="invoice_layout",
                        serialize=False,
                        to="projects.project",
                    ),
                ),
                (
                    "group_by",
                    models.CharField(
                        choices=[
                            ("NONE", "nothing"),
                            ("TASK", "task"),
                            ("ROLE", "role"),
                            ("STAFF", "person"),
                            ("LABOR_CODE", "labor code"),
                            ("DAY", "day"),
                            ("WEEK", "week"),
                            ("PROJECT", "project"),
                        ],
                        default="TASK",
                        max_length=10,
                    ),
                ),
                (
                    "line_by",
                    models.CharField(
                        choices=[
                            ("NONE", "nothing"),
                            ("TASK", "task"),
                            ("ROLE", "role"),
                            ("STAFF", "person"),
                            ("LABOR_CODE", "labor code"),
                            ("DAY", "day"),
                            ("WEEK", "week"),
                            ("PROJECT", "project"),
                        ],
                        default="ROLE",
                        max_length=10,
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        choices=[
                            ("SUMMARY", "One line"),
                            ("HEADINGS", "Headings with their sums"),
                            ("GROUPED", "Grouped lines"),
                            ("APPENDIX", "Grouped lines and appendix"),
                            ("ENTRIES", "Every entry"),
                        ],
                        default="APPENDIX",
                        max_length=10,
                    ),
                ),
                ("hides_rates", models.BooleanField(default=False)),
                ("hides_names", models.BooleanField(default=False)),
                ("hides_zero", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="WorkHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("held_at", models.DateTimeField(db_default=Now())),
                ("released_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkWriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("minutes", models.PositiveIntegerField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("written_off_on", models.DateField()),
                ("undone_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-written_off_on", "-id"],
            },
        ),
        migrations.AddField(
            model_name="billedtime",
            name="adjusted_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="billedtime",
            name="adjusted_rate_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="billedtime",
            name="adjustment_amount",
            field=models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name="billedtime",
            name="adjustment_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="billedtime",
            name="printed_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="exchange_rate",
            field=models.DecimalField(blank=True, decimal_places=10, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="group_by",
            field=models.CharField(
                choices=[
                    ("NONE", "nothing"),
                    ("TASK", "task"),
                    ("ROLE", "role"),
                    ("STAFF", "person"),
                    ("LABOR_CODE", "labor code"),
                    ("DAY", "day"),
                    ("WEEK", "week"),
                    ("PROJECT", "project"),
                ],
                db_default="TASK",
                default="TASK",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="hides_names",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="hides_rates",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="hides_zero",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="internal_note",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="invoice",
            name="line_by",
            field=models.CharField(
                choices=[
                    ("NONE", "nothing"),
                    ("TASK", "task"),
                    ("ROLE", "role"),
                    ("STAFF", "person"),
                    ("LABOR_CODE", "labor code"),
                    ("DAY", "day"),
                    ("WEEK", "week"),
                    ("PROJECT", "project"),
                ],
                db_default="ROLE",
                default="ROLE",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="adjusted_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="adjusted_rate_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
        ),
        migrations.AlterField(
            model_name="billedtime",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="billed_time",
                to="billing.invoiceline",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="detail",
            field=models.CharField(
                choices=[
                    ("SUMMARY", "One line"),
                    ("HEADINGS", "Headings with their sums"),
                    ("GROUPED", "Grouped lines"),
                    ("APPENDIX", "Grouped lines and appendix"),
                    ("ENTRIES", "Every entry"),
                ],
                default="APPENDIX",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_by", "NONE"), _negated=True), name="billing_invoice_has_lines"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("exchange_rate", None), ("exchange_rate__gt", 0), _connector="OR"),
                name="billing_exchange_rate_positive",
            ),
        ),
        migrations.AddField(
            model_name="invoicefile",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invoicefile",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="invoicefile",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="billing.invoice"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicelayout",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_by", "NONE"), _negated=True), name="billing_layout_has_lines"
            ),
        ),
        migrations.AddField(
            model_name="workhold",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="billing_holds",
                to="timesheets.timeentry",
            ),
        ),
        migrations.AddField(
            model_name="workhold",
            name="held_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="workhold",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="billing_holds",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="workhold",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="workwriteoff",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_write_offs",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="workwriteoff",
            name="written_off_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="billedtime",
            name="write_off",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="billed_time",
                to="billing.workwriteoff",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("line", None), ("write_off__isnull", False)),
                    models.Q(("line__isnull", False), ("write_off", None)),
                    _connector="OR",
                ),
                name="billing_billed_or_written_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adjustment_amount", 0),
                    models.Q(("adjustment_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="billing_entry_adjustment_has_reason",
                violation_error_message="Say why the amount differs from the work.",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedtime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "adjustment_amount__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "*", models.Value(-1)
                        ),
                    ),
                    ("amount__lt", 0),
                    _connector="OR",
                ),
                name="billing_entry_not_below_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicefile",
            constraint=models.UniqueConstraint(
                fields=("invoice", "file"), name="billing_file_once_on_invoice"
            ),
        ),
        migrations.AddConstraint(
            model_name="workhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("project", None)),
                    models.Q(("entry", None), ("project__isnull", False)),
                    _connector="OR",
                ),
                name="billing_hold_has_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="workhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="billing_work_hold_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="workhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)),
                fields=("project",),
                name="billing_project_held_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)), fields=("entry",), name="billing_entry_held_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workwriteoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="billing_work_write_off_has_reason"
            ),
        ),
        *(audited(table) for table in ("billing_workhold", "billing_workwriteoff", "billing_invoicefile")),
        audited("billing_invoicelayout", key="project_id"),
        migrations.RunPython(spread, migrations.RunPython.noop),
        migrations.RunSQL(SPREAD, reverse_sql=NO_SPREAD),
    ]
