"""Calendars of a demo firm: where its public holidays come from, who heads what, whose hours change."""

from datetime import date

from people.models import Department, Office, StaffMember, WorkingPattern
from people.observing import set_calendar
from people.organising import set_head
from people.timing import assign_pattern
from psa.demo.cast import Stage

# The states in which the demo's offices are.
STATES = {"Larkspur": "CA", "Austin": "TX"}


def set_calendars(stage: Stage) -> None:
    """Countries of the offices, heads of the departments, and full hours from next year for who works less now."""
    for office in Office.objects.all():
        set_calendar(office=office, country="US", subdivision=STATES.get(office.name, ""), by=stage.owner)
    for department in Department.objects.all():
        leads = StaffMember.objects.working().filter(department=department, reports__isnull=False)
        head = leads.order_by("pk").first() or department.staff.working().order_by("pk").first()
        set_head(department=department, head=head, by=stage.owner)
    short = StaffMember.objects.working().exclude(working_pattern=None).order_by("pk").first()
    full = WorkingPattern.objects.filter(is_default=True).first()
    if short is not None and full is not None:
        starts_on = date(stage.calendar.today.year + 1, 1, 1)
        assign_pattern(staff=short, pattern=full, starts_on=starts_on, by=stage.owner)
