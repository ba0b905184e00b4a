"""What every row of the benchmark stands on: the filled firm, the running web server, how much to measure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client as Inside

from people.models import User
from projects.models import Task
from psa.bench.filling import ROWS, Size
from psa.bench.place import Place
from psa.bench.stage import Line, Stage, session_of


@dataclass(frozen=True)
class Plan:
    """How much to measure."""

    size: Size = field(default_factory=Size)
    runs: int = 40
    bulk_runs: int = 3
    documents: int = 200
    seconds: int = 20
    turns: int = 4  # of each, within those seconds
    people: int = 16


@dataclass(frozen=True)
class Scene:
    place: Place
    stage: Stage
    plan: Plan

    def person(self, number: int) -> User:
        """One of those who enter time; number 0 has a full week. Numbers beyond the last begin anew."""
        name = f"Person {1 + number % self.place.size.staff:03}"
        return User.objects.select_related("staff__job_title").get(name=name)

    def line(self, user: User) -> Line:
        return self.stage.line(self.place.host, user)

    def inside(self, user: User) -> Inside:
        """The same product inside this process, where statements can be counted."""
        browser = Inside(
            headers={"host": self.place.host, "x-forwarded-proto": "https", "hx-request": "true"},
        )
        browser.cookies["sessionid"] = session_of(user)
        return browser

    def weekdays(self) -> list[date]:
        """Tuesday to Friday of the current week, where nobody but the first person has time yet."""
        return [self.place.monday + timedelta(days=day) for day in range(1, 5)]

    def tasks(self) -> list[Task]:
        """The tasks of everybody's twenty rows."""
        return list(Task.objects.order_by("project_id", "position")[:ROWS])


@dataclass
class Cell:
    """One cell of one person, and how it is saved: by the product, and by the bare view."""

    person: User
    task: Task
    on: date
    version: str = "0"
    minutes: int = 15
    # What the bar below the grid shows, as the page sends it along.
    shape: str = ""

    @property
    def url(self) -> str:
        return f"/time/{self.on}/cell/"

    @property
    def fields(self) -> dict[str, Any]:
        row = f"{self.task.pk}-{self.task.labor_code_id or 0}"
        return {"row": row, "text": f"{self.minutes}m", "version": self.version, "shape": self.shape}

    @property
    def bare_fields(self) -> dict[str, Any]:
        staff = self.person.staff_member
        return {
            "staff": staff.pk if staff else 0,
            "project": self.task.project_id,
            "task": self.task.pk,
            "code": self.task.labor_code_id or "",
            "on": self.on,
            "minutes": self.minutes,
        }
