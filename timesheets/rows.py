"""Rows of the week: what time is logged to, and whether that is still possible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from clients.models import Client
from core.errors import Refusal
from people.models import StaffMember
from projects.loggable import standing
from projects.models import LaborCode, Project, Task


class NoSuchRow(Refusal):
    """The task or the labor code does not exist."""

    sentence = "This task or labor code is no longer there. Choose another one."


class LaborCodeIsInactive(Refusal):
    sentence = "The labor code {labor_code} is not used any more. Choose another one."


@dataclass(frozen=True, order=True)
class RowKey:
    """A task and a labor code. Its text, such as `12-3` (`12-0` without a code), is part of ids and addresses."""

    task_id: int
    labor_code_id: int | None = None

    def __str__(self) -> str:
        return f"{self.task_id}-{self.labor_code_id or 0}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that a text names. Raises NoSuchRow."""
        task, _, code = text.partition("-")
        if (
            not (task.isascii() and task.isdecimal() and code.isascii() and code.isdecimal())
            or len(text) > 40
        ):
            raise NoSuchRow
        return cls(int(task), int(code) or None)

    @classmethod
    def of(cls, task: Task, labor_code: LaborCode | None) -> Self:
        return cls(task.pk, labor_code.pk if labor_code else None)


@dataclass(frozen=True)
class Place:
    """A row's task with its project and client, and its labor code. `refusal` says why no time can be logged to it."""

    task: Task
    labor_code: LaborCode | None
    refusal: Refusal | None = None

    @property
    def key(self) -> RowKey:
        return RowKey.of(self.task, self.labor_code)

    @property
    def project(self) -> Project:
        return self.task.project

    @property
    def client(self) -> Client:
        return self.task.project.client

    @property
    def is_billable(self) -> bool:
        """The default for new lines: project, task and labor code must all be billable."""
        code = self.labor_code
        return self.project.is_billable and self.task.is_billable and (code is None or code.is_billable)

    @property
    def second_line(self) -> str:
        """Task, labor code and client, as the second line of the row."""
        code = [self.labor_code.name] if self.labor_code else []
        return " · ".join([self.task.name, *code, self.client.name])


def places_for(staff: StaffMember, keys: Iterable[RowKey]) -> dict[RowKey, Place]:
    """The places of those keys that exist. One statement, one more if a row has another code than its task."""
    wanted = list(dict.fromkeys(keys))
    tasks = standing(staff, {key.task_id for key in wanted}) if wanted else {}
    codes = _codes(wanted, tasks)
    found = {}
    for key in wanted:
        if key.task_id not in tasks or (key.labor_code_id and key.labor_code_id not in codes):
            continue
        task, refusal = tasks[key.task_id]
        code = codes.get(key.labor_code_id) if key.labor_code_id else None
        if refusal is None and code is not None and not code.is_active:
            refusal = LaborCodeIsInactive(labor_code=code.name, field="labor_code")
        found[key] = Place(task, code, refusal)
    return found


def place_for(staff: StaffMember, key: RowKey) -> Place:
    """The place of one key. Raises NoSuchRow."""
    place = places_for(staff, [key]).get(key)
    if place is None:
        raise NoSuchRow
    return place


def _codes(keys: Sequence[RowKey], tasks: dict[int, tuple[Task, Refusal | None]]) -> dict[int, LaborCode]:
    codes = {task.labor_code.pk: task.labor_code for task, _ in tasks.values() if task.labor_code}
    missing = {key.labor_code_id for key in keys if key.labor_code_id} - codes.keys()
    return codes | (LaborCode.objects.in_bulk(list(missing)) if missing else {})
