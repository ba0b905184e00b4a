"""Rows of the week: what time is logged to, and whether that is still possible."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.db.models import Value

from clients.models import Client
from core.errors import Refusal
from people.models import StaffMember
from projects.loggable import standing
from projects.models import LaborCode, Project, Task, WorkClass
from timesheets.models import TimeEntry, TimeRules


class NoSuchRow(Refusal):
    """The task or the labor code does not exist."""

    sentence = "This task or labor code is no longer there. Choose another one."


class LaborCodeIsInactive(Refusal):
    sentence = "The labor code {labor_code} is not used any more. Choose another one."


class ClassIsInactive(Refusal):
    sentence = "The class {work_class} is not used any more. Choose another one."


class CannotBeBillable(Refusal):
    """Time of a project that is not billable is never billable."""

    sentence = "{project} is not billable, so its time is not either."


class BillableIsFixed(Refusal):
    """The firm does not let people choose whether time is billable."""

    sentence = "Whether time is billable follows from project, task and labor code in your firm."


@dataclass(frozen=True, order=True)
class RowKey:
    """A task, a labor code, a class, and whether the time is billable (None: as project, task and code say).

    Its text is part of ids and addresses: `12-3` (`12-0` without a code), with a class `12-3-7`, and where somebody
    chose otherwise than the default `12-3-0-b` (billable) or `12-3-0-n` (not).
    """

    task_id: int
    labor_code_id: int | None = None
    work_class_id: int | None = None
    is_billable: bool | None = None

    def __str__(self) -> str:
        text = f"{self.task_id}-{self.labor_code_id or 0}"
        if self.work_class_id or self.is_billable is not None:
            text += f"-{self.work_class_id or 0}"
        if self.is_billable is None:
            return text
        return f"{text}-b" if self.is_billable else f"{text}-n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that a text names. Raises NoSuchRow."""
        found = KEY.fullmatch(text)
        if found is None:
            raise NoSuchRow
        task, code, work_class, billable = found.groups()
        return cls(
            int(task), int(code) or None, int(work_class or 0) or None, billable == "b" if billable else None
        )

    @classmethod
    def of(
        cls,
        task: Task,
        labor_code: LaborCode | None,
        work_class: WorkClass | None = None,
        is_billable: bool | None = None,
    ) -> Self:
        return cls(
            task.pk,
            labor_code.pk if labor_code else None,
            work_class.pk if work_class else None,
            is_billable,
        )

    @classmethod
    def of_entry(cls, entry: TimeEntry, rules: TimeRules) -> Self:
        """The row that a line stands in: by class and by billable only where the firm shows those columns."""
        return cls(
            entry.task_id,
            entry.labor_code_id,
            entry.work_class_id if rules.shows_class else None,
            entry.is_billable if rules.shows_billable else None,
        )

    def shown(self, rules: TimeRules) -> Self:
        """Without what the firm shows no column for."""
        return replace(
            self,
            work_class_id=self.work_class_id if rules.shows_class else None,
            is_billable=self.is_billable if rules.shows_billable else None,
        )


KEY = re.compile(r"([0-9]{1,19})-([0-9]{1,19})(?:-([0-9]{1,19})(?:-([bn]))?)?")


@dataclass(frozen=True)
class Place:
    """A row's task with its project and client, its labor code and class. `refusal` says why no time can be logged.

    `chosen_billable` is what somebody chose instead of the default; None: nobody did.
    """

    task: Task
    labor_code: LaborCode | None
    refusal: Refusal | None = None
    work_class: WorkClass | None = None
    chosen_billable: bool | None = None

    @property
    def key(self) -> RowKey:
        """What names the row; a choice that is the default anyway is none."""
        chosen = None if self.chosen_billable == self.is_billable_by_default else self.chosen_billable
        return RowKey.of(self.task, self.labor_code, self.work_class, chosen)

    def key_of_lines(self, rules: TimeRules) -> RowKey:
        """What `RowKey.of_entry` says of the lines of this row."""
        return replace(self.key, is_billable=self.is_billable).shown(rules)

    @property
    def project(self) -> Project:
        return self.task.project

    @property
    def client(self) -> Client:
        return self.task.project.client

    @property
    def is_billable_by_default(self) -> bool:
        """Project, task and labor code must all be billable."""
        code = self.labor_code
        return self.project.is_billable and self.task.is_billable and (code is None or code.is_billable)

    @property
    def is_billable(self) -> bool:
        """What new lines are."""
        chosen = self.chosen_billable
        return self.is_billable_by_default if chosen is None else chosen and self.project.is_billable

    @property
    def second_line(self) -> str:
        """Task, labor code, class and client, as the second line of the row."""
        return " · ".join(self.second_parts)

    @property
    def second_parts(self) -> list[str]:
        parts = [self.task.path, self.labor_code, self.work_class, self.client.name]
        return [str(part) for part in parts if part]


def places_for(staff: StaffMember, keys: Iterable[RowKey]) -> dict[RowKey, Place]:
    """The places of those keys that exist.

    One statement; one more if a row has another code than its task, or a class.
    """
    wanted = list(dict.fromkeys(keys))
    tasks = standing(staff, {key.task_id for key in wanted}) if wanted else {}
    codes, classes = _codes_and_classes(wanted, tasks)
    found = {}
    for key in wanted:
        if (
            key.task_id not in tasks
            or (key.labor_code_id and key.labor_code_id not in codes)
            or (key.work_class_id and key.work_class_id not in classes)
        ):
            continue
        task, refusal = tasks[key.task_id]
        place = Place(
            task,
            codes.get(key.labor_code_id or 0),
            refusal,
            classes.get(key.work_class_id or 0),
            key.is_billable,
        )
        found[key] = place if refusal else replace(place, refusal=_own_refusal(place))
    return found


def _own_refusal(place: Place) -> Refusal | None:
    """Why the row takes no time though its task does."""
    code, work_class = place.labor_code, place.work_class
    if code is not None and not code.is_active:
        return LaborCodeIsInactive(labor_code=code.name, field="labor_code")
    if work_class is not None and not work_class.is_active:
        return ClassIsInactive(work_class=work_class.name, field="work_class")
    if place.chosen_billable and not place.project.is_billable:
        return CannotBeBillable(project=place.project.name, field="is_billable")
    return None


def place_for(staff: StaffMember, key: RowKey) -> Place:
    """The place of one key. Raises NoSuchRow."""
    place = places_for(staff, [key]).get(key)
    if place is None:
        raise NoSuchRow
    return place


def _codes_and_classes(
    keys: Sequence[RowKey], tasks: dict[int, tuple[Task, Refusal | None]]
) -> tuple[dict[int, LaborCode], dict[int, WorkClass]]:
    codes = {task.labor_code.pk: task.labor_code for task, _ in tasks.values() if task.labor_code}
    missing = {key.labor_code_id for key in keys if key.labor_code_id} - codes.keys()
    class_ids = {key.work_class_id for key in keys if key.work_class_id}
    if not class_ids:
        return codes | (LaborCode.objects.in_bulk(list(missing)) if missing else {}), {}
    columns = ("pk", "name", "is_active", "is_billable", "requires_notes")
    rows = (
        LaborCode.objects.filter(pk__in=missing)
        .order_by()
        .values_list(Value("code"), *columns)
        .union(
            WorkClass.objects.filter(pk__in=class_ids)
            .order_by()
            .values_list(Value("class"), *columns[:3], Value(True), Value(False))
        )
    )
    classes = {}
    for kind, pk, name, is_active, is_billable, requires_notes in rows:
        if kind == "code":
            codes[pk] = LaborCode(
                pk=pk, name=name, is_active=is_active, is_billable=is_billable, requires_notes=requires_notes
            )
        else:
            classes[pk] = WorkClass(pk=pk, name=name, is_active=is_active)
    return codes, classes
