"""Which lines work at its hours stands on, and under which headings. Pure: what work comes to is settled before.

A line is the sum of its entries, each rounded already, so that no grouping changes a total. Lines by role or person
are parted by rate, so that hours times rate is what they come to; other lines show a rate only where all their entries
have it. Under a cap for each task a line never mixes tasks, because the cap asks what was billed of each.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from babel.dates import format_date
from django.utils.translation import gettext

from billing.models import By, Invoice
from billing.pricing.time_and_materials import line_key
from billing.pricing.work import PricedLine, Work
from core.errors import Refusal
from core.locales import locale_of
from core.money import ZERO

# Keys of lines that are formed here, or by the method itself; all others belong to fees and to what they cover.
REGROUPED = "by/"
OWN = ("task", REGROUPED)
RATED = (By.ROLE, By.STAFF)
DATED = (By.DAY, By.WEEK)

# Project, contract line and split: what no grouping mixes.
Place = tuple[int, int, int | None]


class GroupingIsWrong(Refusal):
    """The two levels of grouping do not go together."""


def check_levels(heading: str, line: str) -> None:
    """Raises GroupingIsWrong where the two levels do not go together."""
    if line == By.NONE:
        raise GroupingIsWrong("Say what the entries of a line have in common.", field="line_by")
    if heading == line:
        raise GroupingIsWrong(f"Lines by {By(line).label} need another heading, or none.", field="group_by")


@dataclass(frozen=True)
class Grouping:
    """What lines under one heading have in common, and what the entries of one line have."""

    heading: str = By.TASK
    line: str = By.ROLE

    def __post_init__(self) -> None:
        check_levels(self.heading, self.line)

    @property
    def words(self) -> str:
        """by task, then role"""
        line = By(self.line).label
        return f"by {line}" if self.heading == By.NONE else f"by {By(self.heading).label}, then {line}"


USUAL = Grouping()


@dataclass(frozen=True)
class Names:
    """What the grouping calls things that a piece of work names by id alone, in the client's language (active)."""

    language: str = "en"
    projects: Mapping[int, str] = field(default_factory=dict)
    labor_codes: Mapping[int, str] = field(default_factory=dict)


def grouping_of(invoice: Invoice) -> Grouping:
    """How the lines of a draft are formed."""
    return Grouping(invoice.group_by, invoice.line_by)


def is_of_hours(key: str) -> bool:
    """Whether a line with this key is work at its hours, which may be grouped otherwise."""
    return key.startswith(OWN)


def grouped(
    lines: Iterable[PricedLine], grouping: Grouping, names: Names, *, by_task: Collection[int] = ()
) -> list[PricedLine]:
    """The same work on other lines, contract line by contract line where the first of its hours stood; fees stay.

    What is shared in different ways stays apart, and so do projects. `by_task` are the contract lines whose cap is for
    each task.
    """
    given = list(lines)
    if grouping == USUAL and all(not line.key.startswith(REGROUPED) for line in given):
        return given
    hours: dict[Place, list[PricedLine]] = {}
    for line in given:
        if is_of_hours(line.key):
            hours.setdefault(_place(line), []).append(line)
    found: list[PricedLine] = []
    for line in given:
        if not is_of_hours(line.key):
            found.append(line)
        elif same := hours.pop(_place(line), None):
            found += _formed(same, grouping, names, parts_tasks=line.contract_line_id in by_task)
    return found


def _place(line: PricedLine) -> Place:
    return line.project_id, line.contract_line_id, line.split_id


def _formed(
    lines: Sequence[PricedLine], grouping: Grouping, names: Names, *, parts_tasks: bool
) -> list[PricedLine]:
    """The work of lines that are of one project, one contract line and one split, on other lines."""
    first = lines[0]
    share = "" if first.split_id is None else f"/split{first.split_id}"
    pieces = [piece for line in lines for piece in line.pieces]
    found: dict[str, PricedLine] = {}
    for piece in sorted(pieces, key=lambda each: _order(each.work, grouping, names)):
        work = piece.work
        key = _key(work, grouping, parts_tasks=parts_tasks) + share
        line = found.get(key)
        if line is None:
            line = found[key] = PricedLine(
                key=key,
                contract_line_id=first.contract_line_id,
                project_id=first.project_id,
                group=_label(work, grouping.heading, names),
                description=_label(work, grouping.line, names),
                rate_amount=work.rate_amount,
                task_id=work.task_id,
                rate_minutes=work.rate_minutes,
                split_id=first.split_id,
                share_percent=first.share_percent,
            )
        elif line.rate_amount != work.rate_amount:
            line.rate_amount = None
        if line.task_id != work.task_id:
            line.task_id = None
        line.pieces.append(piece)
    formed = list(found.values())
    if formed:
        # Expenses that are included go with the first line, whichever it is.
        formed[0].expenses = [part for line in lines for part in line.expenses]
    return formed


def _key(work: Work, grouping: Grouping, *, parts_tasks: bool) -> str:
    if grouping == USUAL:
        return line_key(work)
    parts = [_part(work, grouping.heading), _part(work, grouping.line)]
    if grouping.line in RATED:
        parts.append(f"{(work.rate_amount or ZERO).normalize():f}")
    if work.rate_minutes != 60:
        parts.append(f"{work.rate_minutes}min")
    if parts_tasks:
        parts.append(f"of{work.task_id}")
    return "/".join(["by", *filter(None, parts)])


def _part(work: Work, by: str) -> str:
    if by == By.DAY:
        return work.worked_on.isoformat()
    if by == By.WEEK:
        return f"week{_monday(work).isoformat()}"
    return {
        By.NONE: "",
        By.TASK: f"task{work.task_id}",
        By.ROLE: f"role{work.job_title_id}" if work.job_title_id else f"person{work.staff_id}",
        By.STAFF: f"person{work.staff_id}",
        By.LABOR_CODE: f"code{work.labor_code_id or 0}",
        By.PROJECT: f"project{work.project_id}",
    }[By(by)]


def _label(work: Work, by: str, names: Names) -> str:
    if by in DATED:
        day = work.worked_on if by == By.DAY else _monday(work)
        text = format_date(day, "long", locale=locale_of(names.language))
        return text if by == By.DAY else gettext("Week of %(day)s") % {"day": text}
    return {
        By.NONE: "",
        By.TASK: work.task_name,
        By.ROLE: work.job_title or work.staff_name,
        By.STAFF: work.staff_name,
        By.LABOR_CODE: names.labor_codes.get(work.labor_code_id or 0, "") or gettext("Other work"),
        By.PROJECT: names.projects.get(work.project_id, ""),
    }[By(by)][:160]


def _order(work: Work, grouping: Grouping, names: Names) -> tuple[object, ...]:
    return (
        *_rank(work, grouping.heading, names),
        *((-(work.rate_amount or ZERO),) if grouping.line in RATED else ()),
        *_rank(work, grouping.line, names),
        work.worked_on,
        work.entry_id,
    )


def _rank(work: Work, by: str, names: Names) -> tuple[object, ...]:
    if by == By.NONE:
        return ()
    if by in DATED:
        return (work.worked_on if by == By.DAY else _monday(work),)
    if by == By.TASK:
        return work.task_position, work.task_name, work.task_id
    return _label(work, by, names), _part(work, by)


def _monday(work: Work) -> date:
    return work.worked_on - timedelta(days=work.worked_on.weekday())
