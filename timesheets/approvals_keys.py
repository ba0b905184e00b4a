"""What an approver looks at: the lens, the span of days, and the names of sheets and project blocks in addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db.models import TextChoices

from core.periods import Period, month_of
from timesheets.models import TimeEntry, TimeRules
from timesheets.periods import next_period, period_of, previous_period


class Lens(TextChoices):
    """By whom the same lines are put together."""

    PERSON = "person", "By person"
    PROJECT = "project", "By project"


@dataclass(frozen=True)
class SheetKey:
    """Whose lines of which days: a person's or a project's, of a period or of a month.

    As it stands in addresses: `12-2026-11-16`, a month `12-2026-11`, a project `p7-2026-11-16`.
    """

    id: int
    first: date
    lens: Lens = Lens.PERSON
    is_month: bool = False

    def __str__(self) -> str:
        mark = "p" if self.lens == Lens.PROJECT else ""
        return f"{mark}{self.id}-{self.first:%Y-%m}" if self.is_month else f"{mark}{self.id}-{self.first}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for what is no key."""
        lens = Lens.PROJECT if text.startswith("p") else Lens.PERSON
        number, _, first = text.removeprefix("p").partition("-")
        if not (number.isascii() and number.isdecimal() and len(number) < 18):
            return None
        is_month = len(first) == len("2026-11")
        try:
            return cls(int(number), date.fromisoformat(f"{first}-01" if is_month else first), lens, is_month)
        except ValueError:
            return None

    def period(self, rules: TimeRules) -> Period:
        """The days of it."""
        return month_of(self.first) if self.is_month else period_of(rules, self.first)


@dataclass(frozen=True)
class Scope:
    """What the page shows: lens, periods or months, all days or the span of one, everything or the own inbox."""

    lens: Lens = Lens.PERSON
    is_monthly: bool = False
    on: date | None = None
    mine_only: bool = False

    def period_of(self, rules: TimeRules, on: date) -> Period:
        """The period or month that holds the day."""
        return month_of(on) if self.is_monthly else period_of(rules, on)

    def span(self, rules: TimeRules) -> Period | None:
        """The days that are shown; None for all."""
        return None if self.on is None else self.period_of(rules, self.on)

    def key_of(self, entry: TimeEntry, rules: TimeRules) -> SheetKey:
        """The sheet or block that a line belongs to."""
        owner = entry.project_id if self.lens == Lens.PROJECT else entry.staff_id
        return SheetKey(owner, self.period_of(rules, entry.worked_on).first, self.lens, self.is_monthly)

    def earlier(self, rules: TimeRules, today: date) -> Self:
        """The span before; of everything, the one before today's."""
        span = self.span(rules) or self.period_of(rules, today)
        before = span.previous() if self.is_monthly else previous_period(rules, span)
        return replace(self, on=before.first)

    def later(self, rules: TimeRules, today: date) -> Self:
        """The span after; of everything, today's."""
        span = self.span(rules)
        if span is None:
            return replace(self, on=self.period_of(rules, today).first)
        return replace(self, on=(span.next() if self.is_monthly else next_period(rules, span)).first)

    @property
    def asked(self) -> dict[str, str]:
        """What stands in the address for it; nothing for what is usual."""
        found = {
            "lens": "project" if self.lens == Lens.PROJECT else "",
            "by": "month" if self.is_monthly else "",
            "on": self.on.isoformat() if self.on else "",
            "mine": "1" if self.mine_only else "",
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Self:
        """What an address or a form asks for; what cannot be read is the usual."""
        try:
            on = date.fromisoformat(str(asked.get("on", "")))
        except ValueError:
            on = None
        lens = Lens.PROJECT if asked.get("lens") == Lens.PROJECT else Lens.PERSON
        return cls(lens, asked.get("by") == "month", on, asked.get("mine") == "1")


EVERYTHING = Scope()
