"""What a person reads before submitting: which periods and days, their sums, what is wrong, who decides.

The same for one week, five weeks, a month, some days, or the lines that were returned.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from core.minutes import Style
from core.periods import Period
from people.models import StaffMember
from staffing.required import WorkDay, workdays_for
from timesheets.models import TimeEntry, TimeRules
from timesheets.periods import period_of, period_words
from timesheets.review import next_approvers
from timesheets.rows import RowKey
from timesheets.submit_rules import Finding, check

State = TimeEntry.State
# So many open periods are offered at once.
MOST_PERIODS = 12
PLURALS = {
    TimeRules.PeriodKind.WEEKLY: "weeks",
    TimeRules.PeriodKind.MONTHLY: "months",
    TimeRules.PeriodKind.QUARTERLY: "quarters",
}


@dataclass(frozen=True)
class Choice:
    """What the person wants to submit. Without periods the one around the day; without days all of them."""

    periods: Collection[date] = ()
    days: Collection[date] | None = None
    returned_only: bool = False

    @property
    def is_made(self) -> bool:
        """Whether the person has begun to choose: then the focus stays where it is."""
        return bool(self.periods) or self.days is not None


@dataclass
class PeriodChoice:
    """A period that has something to submit."""

    period: Period
    is_chosen: bool
    minutes: int

    @property
    def words(self) -> str:
        return period_words(self.period)


@dataclass
class DayChoice:
    """A day with something to submit."""

    on: date
    is_chosen: bool
    minutes: int


@dataclass
class OpenFinding:
    """A finding with the cell to mend it in; without lines there is no cell."""

    finding: Finding
    row: RowKey | None = None
    # Part of the cell's id in the grid.
    cell: str = ""


@dataclass
class Submission:
    """The dialog: what would be submitted, and all that is there in the chosen periods."""

    staff: StaffMember
    rules: TimeRules
    choice: Choice
    periods: list[PeriodChoice] = field(default_factory=list)
    days: list[DayChoice] = field(default_factory=list)
    workdays: list[WorkDay] = field(default_factory=list)
    # All lines of the chosen periods, and those of them that would be submitted.
    there: list[TimeEntry] = field(default_factory=list)
    entries: list[TimeEntry] = field(default_factory=list)
    findings: list[OpenFinding] = field(default_factory=list)
    goes_to: str = ""

    @property
    def chosen(self) -> list[Period]:
        return [each.period for each in self.periods if each.is_chosen]

    @property
    def title(self) -> str:
        """Submit week of 23 Nov? Submit 3 weeks? Resubmit 2 lines?"""
        if self.choice.returned_only:
            return f"Resubmit {_count(len(self.entries), 'line')}?"
        if len(self.chosen) == 1:
            return f"Submit {period_words(self.chosen[0])}?"
        return f"Submit {len(self.chosen)} {PLURALS.get(TimeRules.PeriodKind(self.rules.period_kind), 'periods')}?"

    @property
    def minutes(self) -> int:
        return sum(entry.worked_minutes for entry in self.entries)

    @property
    def billable_minutes(self) -> int:
        return sum(entry.billable_minutes for entry in self.entries)

    @property
    def billable_share(self) -> str:
        """95.7 %, half-up; empty when there is nothing."""
        if not self.minutes:
            return ""
        tenths = (self.billable_minutes * 2000 + self.minutes) // (2 * self.minutes)
        return f"{tenths // 10}.{tenths % 10} %"

    @property
    def worked_minutes(self) -> int:
        return sum(entry.worked_minutes for entry in self.there)

    @property
    def off_minutes(self) -> int:
        return sum(day.off_minutes for day in self.workdays)

    @property
    def counted_minutes(self) -> int:
        return self.worked_minutes + self.off_minutes

    @property
    def required_minutes(self) -> int:
        return sum(day.pattern_minutes for day in self.workdays)

    @property
    def off_words(self) -> str:
        """What the row of days off is called."""
        kinds = [
            "holiday" * any(day.holiday for day in self.workdays),
            "leave" * any(day.leave_minutes for day in self.workdays),
        ]
        return " and ".join(filter(None, kinds)).capitalize()

    @property
    def blocks(self) -> list[OpenFinding]:
        return [each for each in self.findings if each.finding.is_block]

    @property
    def warnings(self) -> list[OpenFinding]:
        return [each for each in self.findings if not each.finding.is_block]

    @property
    def is_fresh(self) -> bool:
        """Whether the dialog was just opened."""
        return not self.choice.is_made

    @property
    def returned_count(self) -> int:
        """Returned lines that are not part of this."""
        return 0 if self.choice.returned_only else sum(entry.state == State.REJECTED for entry in self.there)

    @property
    def seen(self) -> str:
        """What the dialog showed, to notice a change before it is submitted."""
        return ",".join(f"{entry.pk}.{entry.version}" for entry in self.entries)

    @property
    def whole_days(self) -> list[date]:
        """Days on which too few hours count: the chosen ones; none where only returned lines go."""
        return [] if self.choice.returned_only else [day.on for day in self.days if day.is_chosen]


def submission_for(
    staff: StaffMember, on: date, today: date, rules: TimeRules, choice: Choice, *, style: Style = "decimal"
) -> Submission:
    """The dialog of a person for the period of a day, or the chosen ones. At most 14 statements."""
    page = Submission(staff, rules, choice)
    states = [State.REJECTED] if choice.returned_only else [State.DRAFT]
    here = period_of(rules, on)
    page.periods = _periods(staff, rules, here, choice, states)
    span = Period(min(each.first for each in page.chosen), max(each.last for each in page.chosen))
    lines = TimeEntry.objects.filter(staff=staff).between(span.first, span.last)
    related = lines.select_related("project", "task", "labor_code", "staff").order_by("worked_on", "pk")
    page.there = [line for line in related if any(line.worked_on in period for period in page.chosen)]
    everyday = workdays_for([staff], span.first, span.last)[staff.pk]
    page.workdays = [day for day in everyday if any(day.on in period for period in page.chosen)]
    open_lines = [line for line in page.there if line.state in states]
    page.days = _days(open_lines, page.workdays, today, choice)
    wanted = {day.on for day in page.days if day.is_chosen}
    page.entries = [line for line in open_lines if line.worked_on in wanted]
    if page.entries:
        found = check(staff, page.entries, span, rules, days=page.whole_days, style=style)
        page.findings = _with_cells(found, page.entries, rules)
        page.goes_to = next_approvers(page.entries)
    return page


def _periods(
    staff: StaffMember, rules: TimeRules, here: Period, choice: Choice, states: Collection[str]
) -> list[PeriodChoice]:
    """The period of the page and the latest others that have something to submit, oldest first. One statement."""
    sums: dict[Period, int] = defaultdict(int)
    open_lines = TimeEntry.objects.filter(staff=staff, state__in=states)
    for worked_on, minutes in open_lines.order_by().values_list("worked_on", "worked_minutes"):
        sums[period_of(rules, worked_on)] += minutes
    sums.setdefault(here, 0)
    others = sorted(
        (period for period in sums if period <= here or period.first in choice.periods), reverse=True
    )
    wanted = set(choice.periods) or {here.first}
    offered = sorted({here, *others[:MOST_PERIODS]})
    found = [PeriodChoice(period, period.first in wanted, sums[period]) for period in offered]
    if not any(each.is_chosen for each in found):
        next(each for each in found if each.period == here).is_chosen = True
    return found


def _days(
    lines: Iterable[TimeEntry], workdays: Iterable[WorkDay], today: date, choice: Choice
) -> list[DayChoice]:
    """Days with open lines, and working days that have come; all of them are chosen unless days were named."""
    sums: dict[date, int] = defaultdict(int)
    for line in lines:
        sums[line.worked_on] += line.worked_minutes
    come = {day.on for day in workdays if day.required_minutes and day.on <= today}
    days = sorted(sums.keys() | (set() if choice.returned_only else come))
    return [DayChoice(on, choice.days is None or on in choice.days, sums[on]) for on in days]


def _with_cells(
    findings: Iterable[Finding], entries: Iterable[TimeEntry], rules: TimeRules
) -> list[OpenFinding]:
    by_id = {entry.pk: entry for entry in entries}
    found = []
    for finding in findings:
        lines = [by_id[pk] for pk in finding.entry_ids if pk in by_id]
        line = next((each for each in lines if each.worked_on == finding.day), None)
        if line is None:
            found.append(OpenFinding(finding))
            continue
        row = RowKey.of_entry(line, rules)
        found.append(OpenFinding(finding, row, f"{row}-{line.worked_on:%Y%m%d}"))
    return found


def _count(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
