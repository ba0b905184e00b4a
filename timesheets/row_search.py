"""Finding a row: what the person worked on lately first, then everything they may log to."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from people.models import StaffMember, User
from projects.loggable import TaskChoice, tasks_for
from projects.models import LaborCode
from timesheets.models import TimeEntry
from timesheets.rows import Place, RowKey, place_for, places_for

RECENT = "Recent"
OTHERS = "All projects"
CODES = "Labor codes"
RECENT_DAYS = 90
MOST_RECENT = 6
# Read so many, so that the words typed still find some among them.
RECENT_READ = 60


@dataclass(frozen=True)
class RowChoice:
    """One row to choose. `why` says why it cannot be; `hint` stands at its right."""

    key: RowKey
    text: str
    sub: str
    group: str
    hint: str = ""
    why: str = ""

    def as_option(self) -> dict[str, Any]:
        """For the searchable picker of a dialog."""
        return {
            "value": str(self.key),
            "text": self.text,
            "sub": self.sub,
            "why": self.why,
            "group": self.group,
            "disabled": bool(self.why),
        }


def find_rows(staff: StaffMember, query: str, *, on: date, by: User) -> list[RowChoice]:
    """Rows for what was typed: each word occurs in client, project, task or labor code. At most four statements."""
    recent = _recent(staff, query, on)
    known = {choice.key for choice in recent}
    others = [_other(found) for found in tasks_for(staff, on, query, by=by)]
    return [*recent, *(choice for choice in others if choice.key not in known)]


def codes_for(staff: StaffMember, row: RowKey) -> list[RowChoice]:
    """The rows of one task, one for each labor code in use, the task's own first. Raises NoSuchRow."""
    place = place_for(staff, row)
    usual = place.task.labor_code_id
    codes: list[LaborCode | None] = [*LaborCode.objects.filter(is_active=True)]
    codes.sort(key=lambda code: code is None or code.pk != usual)
    if usual is None:
        codes.insert(0, None)
    return [
        RowChoice(
            RowKey.of(place.task, code),
            code.name if code else "No labor code",
            f"{place.project.name} · {place.task.name}",
            CODES,
            hint="Usual" if code and code.pk == usual else "",
        )
        for code in codes
    ]


def _recent(staff: StaffMember, query: str, on: date) -> list[RowChoice]:
    lately = (
        TimeEntry.objects.filter(staff=staff, worked_on__gte=on - timedelta(days=RECENT_DAYS))
        .values_list("task_id", "labor_code_id")
        .annotate(last=Max("worked_on"))
        .order_by("-last", "task_id")[:RECENT_READ]
    )
    used = {RowKey(task_id, code_id): last for task_id, code_id, last in lately}
    places = places_for(staff, used)
    words = query.casefold().split()
    found = [
        _choice(place, used[key])
        for key, place in places.items()
        if place.refusal is None and all(word in _searched(place) for word in words)
    ]
    return found[:MOST_RECENT]


def _searched(place: Place) -> str:
    names = (place.project.name, place.project.code, place.client.code, place.second_line)
    return " ".join(names).casefold()


def _choice(place: Place, last: date) -> RowChoice:
    code = [place.labor_code.name] if place.labor_code else []
    sub = " · ".join([place.client.name, place.task.name, *code])
    return RowChoice(place.key, place.project.name, sub, RECENT, hint=f"last used {last.day} {last:%b}")


def _other(found: TaskChoice) -> RowChoice:
    code = [found.labor_code] if found.labor_code else []
    sub = " · ".join([found.client, found.task, *code])
    hint = "" if found.is_billable or found.why else "Non-billable"
    return RowChoice(RowKey(found.task_id, found.labor_code_id), found.project, sub, OTHERS, hint, found.why)
