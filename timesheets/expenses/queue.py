"""What waits for an approver, report by report, those to look at first."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from people.models import User
from timesheets.expenses.sheet import Line, Sheet, loaded, sheets_of
from timesheets.expenses.values import total
from timesheets.expenses.waiting import waiting_lines, waiting_requests


@dataclass(frozen=True)
class WaitingSheet:
    """A report's lines that wait for the person; `others` are those of it that do not."""

    sheet: Sheet
    submitted_at: datetime
    days_waiting: int

    @property
    def to_look_at(self) -> list[Line]:
        return [line for line in self.sheet.lines if not line.is_clean]

    @property
    def clean(self) -> list[Line]:
        return [line for line in self.sheet.lines if line.is_clean]

    @property
    def is_clean(self) -> bool:
        return not self.to_look_at

    @property
    def first_words(self) -> str:
        """The worst of what is to be said, for the list: what is over a limit or missing goes before questions."""
        found = (finding.sentence for line in self.to_look_at for finding in line.findings)
        return next(found, "") or self.question_words

    @property
    def question_words(self) -> str:
        """Whether answers came, else whether questions are open."""
        if any(line.dialogue.is_answered for line in self.sheet.lines):
            return "Question answered"
        return "Question open" if any(line.dialogue.is_asked for line in self.sheet.lines) else ""


@dataclass(frozen=True)
class Queue:
    sheets: list[WaitingSheet]

    @property
    def to_look_at(self) -> list[WaitingSheet]:
        return [sheet for sheet in self.sheets if not sheet.is_clean]

    @property
    def clean(self) -> list[WaitingSheet]:
        return [sheet for sheet in self.sheets if sheet.is_clean]

    @property
    def clean_lines(self) -> list[Line]:
        return [line for sheet in self.clean for line in sheet.sheet.lines]

    @property
    def clean_amounts(self) -> list[tuple[str, Decimal]]:
        """What the clean reports come to, by currency."""
        by_currency: dict[str, list[Decimal | None]] = {}
        for sheet in self.clean:
            by_currency.setdefault(sheet.sheet.report.currency, []).append(sheet.sheet.amount)
        return [(currency, total(amounts)) for currency, amounts in sorted(by_currency.items())]

    def find(self, report_id: int | None) -> WaitingSheet | None:
        """The named report; without a name the first."""
        if report_id is None:
            return next(iter(self.sheets), None)
        return next((sheet for sheet in self.sheets if sheet.sheet.report.pk == report_id), None)


def queue(user: User, at: datetime, on: date, *, mine_only: bool = False) -> Queue:
    """What waits for the person, exceptions first, then the longest waiting. A constant number of statements."""
    lines = loaded(waiting_lines(user, on, mine_only=mine_only))
    since = dict(
        waiting_requests(user, on, mine_only=mine_only).values_list("subject_id", "submitted_at")
        if lines
        else []
    )
    reports = {line.report_id: line.report for line in lines}
    found = []
    for sheet in sheets_of(lines, reports.values()):
        submitted_at = min(since.get(line.expense.pk, at) for line in sheet.lines)
        found.append(WaitingSheet(sheet, submitted_at, (at - submitted_at).days))
    return Queue(sorted(found, key=lambda each: (each.is_clean, each.submitted_at, each.sheet.report.pk)))
