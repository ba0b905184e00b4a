"""python -m tests.e2e.crowding SLUG: a furnished firm gets what screens are tried with.

Sixty tasks, long names and right-to-left ones, every column of the grid, budgets, a holiday, approved leave.
"""

import sys
from datetime import timedelta

import django

from tests.days import today

TASKS = 60
LONG = "Brightwater Schools Seismic Retrofit Programme 2026–2029 with the annexes, the sports hall and the boiler house"
RIGHT_TO_LEFT = "مشروع تحسين شبكة المياه في المدينة القديمة"


def crowd(slug: str) -> None:
    from django.db import connection

    from people.models import Holiday, StaffMember
    from projects.models import ContractLine, LaborCode, Project, Task, TeamMember, WorkClass
    from tenants.models import Firm
    from timesheets.models import TimeEntry, TimeRules

    connection.set_tenant(Firm.objects.get(slug=slug))
    TimeRules.objects.update(shows_class=True, shows_billable=True, shows_times=True, shows_budget=True)
    denver = WorkClass.objects.create(name="Denver and the northern front range")
    first, priya = Project.objects.get(), StaffMember.objects.get(name="Priya Raman")
    names = (LONG, RIGHT_TO_LEFT, *(f"Project {number}" for number in range(4)))
    day = today()
    monday = day - timedelta(days=day.weekday() + 7)
    Holiday.objects.create(name="Founders’ day", on=monday + timedelta(days=3))
    for number in range(TASKS):
        name = names[number % len(names)]
        project, is_new = Project.objects.get_or_create(
            name=name, defaults={"client": first.client, "code": f"C-{number}"}
        )
        if is_new:
            ContractLine.objects.create(project=project, name="Time and materials")
            TeamMember.objects.create(project=project, staff=priya)
        task = Task.objects.create(
            project=project,
            contract_line=project.contract_lines.get(),
            name=f"{'تصميم' if name == RIGHT_TO_LEFT else 'Work package'} {number}",
            position=number + 1,
            budget_minutes=60 * (number % 5) or None,
        )
        TimeEntry.objects.create(
            staff=priya,
            project=project,
            task=task,
            labor_code=LaborCode.objects.first() if number % 2 else None,
            work_class=denver if number % 3 == 0 else None,
            worked_on=monday + timedelta(days=number % 5),
            worked_minutes=30,
            billable_minutes=30 if number % 4 else 0,
            is_billable=bool(number % 4),
            note="Redlines" if number % 2 else "",
        )


if __name__ == "__main__":
    django.setup()
    crowd(sys.argv[1])
