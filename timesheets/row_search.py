"""Finding a row: what is kept at hand, what was worked on lately, then everything the person may log to."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from people.models import StaffMember, User
from projects.loggable import TaskChoice, tasks_for
from projects.models import LaborCode, WorkClass
from timesheets.models import FavouriteRow, TimeEntry, TimeRules
from timesheets.rows import Place, RowKey, place_for, places_for

FAVOURITES = "Favourites"
RECENT = "Recent"
OTHERS = "All projects"
CODES = "Labor codes"
CLASSES = "Classes"
BILLABLE = "Billable"
# What Tab asks for after the task, in this order.
STEPS = ("code", "class", "billable")
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


def find_rows(
    staff: StaffMember, query: str, *, on: date, by: User, rules: TimeRules | None = None
) -> list[RowChoice]:
    """Rows for what was typed: each word occurs in client, project, task or labor code. At most six statements.

    What the person keeps at hand comes first, then what they worked on lately, then everything they may log to.
    """
    rules = rules or TimeRules.objects.get(pk=1)
    first = _at_hand(staff, query, on, rules)
    known = {choice.key for choice in first}
    others = [_other(found) for found in tasks_for(staff, on, query, by=by)]
    return [*first, *(choice for choice in others if choice.key not in known)]


def steps_of(rules: TimeRules) -> list[str]:
    """What can be chosen of a row after its task: the columns that the firm shows."""
    shown = {"code": rules.shows_labor_code, "class": rules.shows_class, "billable": rules.shows_billable}
    return [step for step in STEPS if shown[step]]


def tab_words(rules: TimeRules) -> str:
    """What Tab picks in the picker, in words; empty for nothing."""
    words = {"code": "labor code", "class": "class", "billable": "billable"}
    steps = [words[step] for step in steps_of(rules)]
    return f"pick {', then '.join(steps)}" if steps else ""


def variants_for(staff: StaffMember, row: RowKey, step: str) -> list[RowChoice]:
    """The row with each labor code in use, each class or billable and not, after what is usual. Raises NoSuchRow."""
    place = place_for(staff, row)
    if step == "class":
        return _classes(place)
    return _billable(place) if step == "billable" else _codes(place)


def _codes(place: Place) -> list[RowChoice]:
    usual = place.task.labor_code_id
    codes: list[LaborCode | None] = [*LaborCode.objects.filter(is_active=True)]
    codes.sort(key=lambda code: code is None or code.pk != usual)
    if usual is None:
        codes.insert(0, None)
    return [
        _variant(
            replace(place, labor_code=code),
            code.name if code else "No labor code",
            CODES,
            "Usual" if code and code.pk == usual else "",
        )
        for code in codes
    ]


def _classes(place: Place) -> list[RowChoice]:
    classes: list[WorkClass | None] = [None, *WorkClass.objects.filter(is_active=True)]
    return [
        _variant(replace(place, work_class=each), each.name if each else "No class", CLASSES)
        for each in classes
    ]


def _billable(place: Place) -> list[RowChoice]:
    usual = place.is_billable_by_default
    choices = [usual] if not place.project.is_billable else [usual, not usual]
    return [
        _variant(
            replace(place, chosen_billable=each),
            "Billable" if each else "Not billable",
            BILLABLE,
            "Usual" if each == usual else "",
        )
        for each in choices
    ]


def _variant(place: Place, text: str, group: str, hint: str = "") -> RowChoice:
    return RowChoice(place.key, text, f"{place.project.name} · {place.second_line}", group, hint=hint)


def _at_hand(staff: StaffMember, query: str, on: date, rules: TimeRules) -> list[RowChoice]:
    """Favourites, then what was worked on lately. At most four statements."""
    starred = [
        RowKey(row.task_id, row.labor_code_id, row.work_class_id, row.is_billable).shown(rules)
        for row in FavouriteRow.objects.filter(staff=staff)
    ]
    lately = (
        TimeEntry.objects.filter(staff=staff, worked_on__gte=on - timedelta(days=RECENT_DAYS))
        .values_list("task_id", "labor_code_id", "work_class_id", "is_billable")
        .annotate(last=Max("worked_on"))
        .order_by("-last", "task_id")[:RECENT_READ]
    )
    used: dict[RowKey, date] = {}
    for task_id, code_id, class_id, is_billable, last in lately:
        key = RowKey(
            task_id,
            code_id,
            class_id if rules.shows_class else None,
            is_billable if rules.shows_billable else None,
        )
        used.setdefault(key, last)
    words = query.casefold().split()
    found: dict[RowKey, RowChoice] = {}
    recent = 0
    for key, place in places_for(staff, [*starred, *used]).items():
        if place.refusal is not None or not all(word in _searched(place) for word in words):
            continue
        is_starred = key in starred
        if place.key not in found and (is_starred or recent < MOST_RECENT):
            recent += not is_starred
            found[place.key] = _choice(place, FAVOURITES if is_starred else RECENT, used.get(key))
    return list(found.values())


def _searched(place: Place) -> str:
    names = (place.project.name, place.project.code, place.client.code, place.second_line)
    return " ".join(names).casefold()


def _choice(place: Place, group: str, last: date | None) -> RowChoice:
    parts = [place.client.name, place.task.path, place.labor_code, place.work_class]
    sub = " · ".join(str(part) for part in parts if part)
    if place.key.is_billable is not None:
        sub += " · billable" if place.is_billable else " · not billable"
    hint = f"last used {last.day} {last:%b}" if last else ""
    return RowChoice(place.key, place.project.name, sub, group, hint=hint)


def _other(found: TaskChoice) -> RowChoice:
    code = [found.labor_code] if found.labor_code else []
    sub = " · ".join([found.client, found.task, *code])
    hint = "" if found.is_billable or found.why else "Non-billable"
    return RowChoice(RowKey(found.task_id, found.labor_code_id), found.project, sub, OTHERS, hint, found.why)
