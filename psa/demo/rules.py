"""The firm's rules of time: who is asked for notes, the classes of its books, time that the office entered."""

from people.models import User
from projects.classing import add_class
from projects.coding import edit_labor_code
from projects.models import LaborCode, Project
from projects.opening import edit_project
from psa.demo.cast import Stage
from timesheets.entering import edit_entry
from timesheets.models import TimeEntry
from timesheets.ruling import Check, edit_rules

CLASSES = ("Buildings", "Infrastructure", "Studio")
LONG_DAY = Check("WARN", 11 * 60)
# Written by the office for somebody who was on site.
ON_SITE = "Site visit, hours by phone"


def set_rules(stage: Stage) -> None:
    """Notes where clients read them, a shorter long day, classes for the books, one line that the office entered."""
    edit_rules(by=stage.finance, on=stage.calendar.today, checks={"DAY_HOURS": LONG_DAY}, note_min_length=8)
    for name in CLASSES:
        add_class(name=name, by=stage.owner)
    project = Project.objects.open().filter(is_billable=True).order_by("pk").first()
    if project is not None:
        edit_project(project=project, by=stage.owner, requires_notes=True)
    code = LaborCode.objects.filter(is_active=True, is_billable=True).order_by("-name").first()
    if code is not None:
        edit_labor_code(
            labor_code=code,
            name=code.name,
            code=code.code,
            is_billable=code.is_billable,
            requires_notes=True,
            by=stage.owner,
        )
    for person in stage.story.people:
        if "Administrator" in person.roles:
            _enter_for_somebody(stage, stage.users[person.key])
            return


def _enter_for_somebody(stage: Stage, office: User) -> None:
    today = stage.calendar.today
    drafts = TimeEntry.objects.editable().filter(
        worked_on__lte=today, project__state="OPEN", task__state="OPEN"
    )
    others = drafts.exclude(staff=office.staff_member).filter(staff__is_active=True, state="DRAFT")
    entry = others.select_related("staff").order_by("-worked_on", "pk").first()
    if entry is not None:
        edit_entry(entry=entry, by=office, on=today, internal_note=ON_SITE)
