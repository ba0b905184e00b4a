"""Leave: types, requests, corrections of balances."""

from decimal import Decimal

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import staffing.models.requests
from core.triggers import append_only, audited, touched


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0004_touched_rows"),
        ("people", "0007_calendars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeaveType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("ACCENT", "Blue"),
                            ("OK", "Green"),
                            ("WARN", "Amber"),
                            ("BAD", "Red"),
                            ("IDLE", "Gray"),
                        ],
                        default="ACCENT",
                        max_length=6,
                    ),
                ),
                ("is_paid", models.BooleanField(default=True)),
                (
                    "accrual",
                    models.CharField(
                        choices=[
                            ("NONE", "No allowance"),
                            ("YEARLY", "Granted at the beginning of the year"),
                            ("MONTHLY", "Earned month by month"),
                        ],
                        default="NONE",
                        max_length=7,
                    ),
                ),
                (
                    "allowance_unit",
                    models.CharField(
                        choices=[("DAYS", "days"), ("MINUTES", "hours")], default="DAYS", max_length=7
                    ),
                ),
                ("allowance_days", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=5)),
                ("allowance_minutes", models.PositiveIntegerField(default=0)),
                ("year_begins_month", models.PositiveSmallIntegerField(default=1)),
                ("counts_from", models.DateField()),
                ("carry_limit_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("carry_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("allows_negative", models.BooleanField(default=False)),
                ("needs_approval", models.BooleanField(default=True)),
                ("allows_half_days", models.BooleanField(default=True)),
                (
                    "seen_by",
                    models.CharField(
                        choices=[
                            ("MANAGERS_OF_LEAVE", "Only whoever manages leave"),
                            ("APPROVERS", "Whoever decides on it"),
                            ("EVERYBODY", "Everybody"),
                        ],
                        default="APPROVERS",
                        max_length=17,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year_begins_month__gte", 1), ("year_begins_month__lte", 12)),
                        name="staffing_year_has_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("carry_months", None),
                            models.Q(("carry_months__gte", 1), ("carry_months__lte", 12)),
                            _connector="OR",
                        ),
                        name="staffing_carried_for_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accrual", "NONE"),
                            models.Q(("allowance_days__gt", 0), ("allowance_unit", "DAYS")),
                            models.Q(("allowance_minutes__gt", 0), ("allowance_unit", "MINUTES")),
                            _connector="OR",
                        ),
                        name="staffing_accrues_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allowance_days__gte", 0), ("allowance_days__lte", 366)),
                        name="staffing_days_in_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveRequest",
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
                        choices=[("LEAVE", "Leave"), ("CHANGE", "Change"), ("CANCELLATION", "Cancellation")],
                        default="LEAVE",
                        max_length=12,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("starts_at_noon", models.BooleanField(default=False)),
                ("ends_at_noon", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "Waiting"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Returned"),
                            ("WITHDRAWN", "Withdrawn"),
                            ("CANCELED", "Canceled"),
                            ("REPLACED", "Changed"),
                        ],
                        default="SUBMITTED",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("requested_by_name", models.CharField(max_length=120)),
                ("requested_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="staffing.leaverequest",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_requests",
                        to="people.staffmember",
                    ),
                ),
                (
                    "leave_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="staffing.leavetype",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "-id"],
                "indexes": [
                    models.Index(fields=["staff", "starts_on"], name="staffing_leave_of_person"),
                    models.Index(fields=["updated_at", "id"], name="staffing_leave_changed"),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["LEAVE", "CHANGE"]), ("state", "APPROVED")),
                            models.Q(("kind", "LEAVE"), ("state", "SUBMITTED")),
                            _connector="OR",
                        ),
                        expressions=[(models.F("staff"), "="), (staffing.models.requests.Halves(), "&&")],
                        name="staffing_leave_does_not_overlap",
                        violation_error_message="Another request covers some of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gt", models.F("starts_on")),
                            models.Q(("ends_on", models.F("starts_on")), ("starts_at_noon", False)),
                            models.Q(("ends_at_noon", False), ("ends_on", models.F("starts_on"))),
                            _connector="OR",
                        ),
                        name="staffing_leave_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "LEAVE"), ("replaces", None)),
                            models.Q(models.Q(("kind", "LEAVE"), _negated=True), ("replaces__isnull", False)),
                            _connector="OR",
                        ),
                        name="staffing_change_replaces_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "SUBMITTED")),
                        fields=("replaces",),
                        name="staffing_one_open_change",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveAdjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("minutes", models.IntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("by_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_adjustments",
                        to="people.staffmember",
                    ),
                ),
                (
                    "leave_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="staffing.leavetype",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
                "indexes": [models.Index(fields=["staff", "on"], name="staffing_adjustment_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes", 0), _negated=True), name="staffing_adjusts_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="staffing_adjustment_has_reason",
                    ),
                ],
            },
        ),
        audited("staffing_leavetype"),
        audited("staffing_leaverequest"),
        touched("staffing_leaverequest"),
        append_only("staffing_leaveadjustment"),
    ]
