"""Steps with conditions, seats, questions, certification by step, escalation."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only, audited


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0003_triggers"),
        ("core", "0002_triggers"),
        ("people", "0006_department_heads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("by_name", models.CharField(max_length=120)),
                ("is_answer", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Returned"),
                            ("SKIPPED", "Not asked any more"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("decided_by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("is_escalation", models.BooleanField(default=False)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="step",
            options={"ordering": ["position", "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="approvals_step_position_once",
        ),
        migrations.AddField(
            model_name="certification",
            name="line_hashes",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="certification",
            name="proof",
            field=models.CharField(
                choices=[
                    ("PASSWORD", "Password"),
                    ("REAUTHENTICATED", "Signed in again"),
                    ("RECENT", "Signed a moment before"),
                ],
                default="PASSWORD",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="certification",
            name="session",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="delegation",
            name="by_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="delegation",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="policy",
            name="escalates_after_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="is_blocking",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="is_required",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="reminds_after_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="version",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="step",
            name="billable",
            field=models.CharField(
                blank=True,
                choices=[("BILLABLE", "Billable only"), ("NON_BILLABLE", "Non-billable only")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="certification",
            field=models.CharField(
                choices=[("NONE", "No signature"), ("PASSWORD", "Name and password")],
                default="NONE",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="certified_for_minutes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="step",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.department",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="is_retired",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="step",
            name="least_amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="most_amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="project_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="step",
            name="source",
            field=models.CharField(
                choices=[
                    ("LINE_MANAGER", "Line manager"),
                    ("PROJECT_LEAD", "Project lead"),
                    ("DEPARTMENT_HEAD", "Department head"),
                    ("ROLE", "Everybody with a role"),
                    ("PERSON", "A named person"),
                ],
                default="LINE_MANAGER",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="certification",
            index=models.Index(fields=["by", "session", "-at"], name="approvals_signed_lately"),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(fields=["delegate", "ends_on"], name="approvals_in_place_of"),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reminds_after_days", None),
                    ("escalates_after_days", None),
                    ("reminds_after_days__lt", models.F("escalates_after_days")),
                    _connector="OR",
                ),
                name="approvals_reminds_before_escalating",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminds_after_days", 0), _negated=True),
                    models.Q(("escalates_after_days", 0), _negated=True),
                ),
                name="approvals_waits_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "ROLE"), _negated=True), ("role__isnull", False), _connector="OR"
                ),
                name="approvals_step_names_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "PERSON"), _negated=True), ("person__isnull", False), _connector="OR"
                ),
                name="approvals_step_names_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_amount", None),
                    ("most_amount", None),
                    ("least_amount__lte", models.F("most_amount")),
                    _connector="OR",
                ),
                name="approvals_step_amounts_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("certified_for_minutes__lte", 1440)), name="approvals_certified_for_a_day"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="approvals.request"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to="approvals.decision",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="approvals.request"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.role",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="step",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.step"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to="people.staffmember",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="approvals_message_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(
                condition=models.Q(("state", "WAITING")),
                fields=["waits_for", "request"],
                name="approvals_seat_inbox",
            ),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(
                condition=models.Q(("state", "WAITING")),
                fields=["role", "request"],
                name="approvals_role_inbox",
            ),
        ),
        audited("approvals_policy"),
        audited("approvals_step"),
        audited("approvals_delegation"),
        append_only("approvals_message"),
    ]
