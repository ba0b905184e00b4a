"""What every firm begins with: the usual kinds of leave, and who may manage and approve it."""

from datetime import date
from decimal import Decimal

from django.db import migrations

MANAGE, APPROVE = "staffing.manage_leave", "staffing.approve_leave"
# Administrators make managers, and nobody gives rights that they do not hold.
GRANTED = {"Owner": {MANAGE, APPROVE}, "Administrator": {MANAGE, APPROVE}, "Manager": {APPROVE}}
DAY = 480
# Balances of firms that are older begin with this year; whoever brings something along gets it as an adjustment.
COUNTS_FROM = date(2026, 1, 1)
TYPES = [
    {
        "name": "Vacation", "color": "ACCENT", "accrual": "YEARLY", "allowance_days": Decimal(20),
        "carry_limit_minutes": 5 * DAY, "carry_months": 3,
    },
    {
        "name": "Sick leave", "color": "WARN", "accrual": "NONE", "allows_negative": True, "needs_approval": False,
        "seen_by": "MANAGERS_OF_LEAVE",
    },
    {"name": "Bereavement", "color": "IDLE", "accrual": "NONE", "allows_negative": True},
    {"name": "Unpaid leave", "color": "IDLE", "accrual": "NONE", "allows_negative": True, "is_paid": False},
]  # fmt: skip


def add(apps, schema_editor):
    for position, told in enumerate(TYPES, start=1):
        apps.get_model("staffing", "LeaveType").objects.create(
            position=position, counts_from=COUNTS_FROM, **told
        )


def grant(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name__in=GRANTED):
        role.rights = sorted({*role.rights, *GRANTED[role.name]})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("staffing", "0001_initial"), ("people", "0007_calendars")]
    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
