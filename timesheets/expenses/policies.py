"""What is wrong or unusual about expenses: what is missing, and what the firm's limits say. Read-only, set-based."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Q

from core.money import ZERO, format_amount
from core.periods import month_of
from timesheets.expenses.per_diems import PerDiemTable, per_diem_of, per_diem_table
from timesheets.expenses.receipts import Twin, twins_of
from timesheets.expenses.worth import FirmWorth, firm_worth
from timesheets.models import Expense, ExpenseLimit, Receipt

SATURDAY = 5
Kind = ExpenseLimit.Kind
DayKey = tuple[int, int, date]


class Severity(StrEnum):
    """WARN is said, SECOND asks for a second approver, BLOCK refuses to submit."""

    WARN = "WARN"
    SECOND = "SECOND"
    BLOCK = "BLOCK"


@dataclass(frozen=True)
class Finding:
    """One thing to say about a line, and at which field."""

    kind: str
    severity: Severity
    sentence: str
    field: str = ""
    icon: str = "alert-triangle"


Findings = dict[int, list[Finding]]


def findings_for(lines: Sequence[Expense]) -> Findings:
    """What there is to say about each line, the worst first. A constant number of statements.

    Code, project's client and report of the lines must be loaded. Reversing lines are not looked at.
    """
    asked = [line for line in lines if line.reverses_id is None]
    found: Findings = {line.pk: _of_line(line) for line in asked}
    if not asked:
        return found
    firm = firm_worth(asked)
    receipts = _receipt_counts(asked)
    for pk, twins in twins_of(asked).items():
        found[pk] += [_twin(twin) for twin in twins[:1]]
    for line in asked:
        found[line.pk] += _receipt(line, receipts.get(line.pk, 0), firm)
    for pk, finding in _limits(asked, firm):
        found[pk].append(finding)
    order = [Severity.BLOCK, Severity.SECOND, Severity.WARN]
    return {pk: sorted(each, key=lambda finding: order.index(finding.severity)) for pk, each in found.items()}


def _blocked(kind: str, sentence: str, field: str) -> Finding:
    return Finding(kind, Severity.BLOCK, sentence, field, "alert-circle")


def _of_line(line: Expense) -> list[Finding]:
    """What the line itself lacks, and whether somebody typed its exchange rate. No statement."""
    found = []
    if line.code is None:
        found.append(_blocked("CODE", "Choose what it was spent on.", "code"))
    if line.amount is None:
        found.append(_missing_amount(line))
    elif line.base_amount is None:
        found.append(_no_exchange(line, line.report.currency))
    if line.is_billable and line.project is None:
        found.append(
            _blocked("PROJECT", "Choose the project whose client pays, or take Billable off.", "project")
        )
    elif line.is_billable and _lacks_price(line) and line.project:
        found.append(_no_exchange(line, line.project.client.currency))
    if line.code and line.code.requires_note and not line.note:
        found.append(_blocked("NOTE", f"{line.code.name} needs a note.", "note"))
    if line.is_overridden:
        words = f"The exchange rate was typed by {line.exchange_by_name}."
        found.append(Finding("RATE", Severity.WARN, words, "exchange_rate", "arrows-exchange"))
    return found


def _lacks_price(line: Expense) -> bool:
    """Whether code and amount are there and what the client pays is not: then an exchange rate is missing."""
    return line.code is not None and line.amount is not None and line.billable_amount is None


def _missing_amount(line: Expense) -> Finding:
    if line.code and line.code.unit:
        day = f"{line.spent_on.day} {line.spent_on:%b %Y}"
        return _blocked(
            "UNIT_RATE", f"{line.code.name} has no rate for {day}. Ask finance to enter one.", "code"
        )
    return _blocked("AMOUNT", "Type what was paid.", "amount")


def _no_exchange(line: Expense, currency: str) -> Finding:
    words = f"There is no exchange rate from {line.currency} to {currency} for {line.spent_on.day} {line.spent_on:%b}."
    return _blocked("EXCHANGE", f"{words} Type one, or ask finance to enter it.", "exchange_rate")


def _receipt_counts(lines: Collection[Expense]) -> dict[int, int]:
    rows = Receipt.objects.filter(expense__in=lines).values_list("expense_id").annotate(count=Count("id"))
    return dict(rows)


def _receipt(line: Expense, count: int, firm: FirmWorth) -> list[Finding]:
    limit = line.code.receipt_from_amount if line.code else None
    if limit is None or count or line.base_amount is None or firm.of(line) < limit:
        return []
    words = f"from {format_amount(limit, firm.currency)}" if limit else "always"
    return [_blocked("RECEIPT", f"{line.code} needs a receipt {words}.", "receipt")]


def _twin(twin: Twin) -> Finding:
    day = f"{twin.spent_on.day} {twin.spent_on:%b %Y}"
    words = f"The same receipt is on an expense of {twin.staff_name}, {day}."
    return Finding("DUPLICATE", Severity.WARN, words, "receipt", "copy")


def _limits(lines: Sequence[Expense], firm: FirmWorth) -> Iterable[tuple[int, Finding]]:
    limits: defaultdict[int, list[ExpenseLimit]] = defaultdict(list)
    for limit in ExpenseLimit.objects.filter(code__in={line.code_id for line in lines if line.code_id}):
        limits[limit.code_id].append(limit)
    if not limits:
        return
    spent, table = _Spent(lines, limits, firm), per_diem_table(limits)
    for line in lines:
        for limit in limits.get(line.code_id or 0, []):
            if words := _breach(line, limit, firm, spent, table):
                yield (
                    line.pk,
                    Finding(f"LIMIT_{limit.kind}", Severity(limit.severity), words, "amount", "gauge"),
                )


def _breach(line: Expense, limit: ExpenseLimit, firm: FirmWorth, spent: "_Spent", table: PerDiemTable) -> str:
    """Why the line is beyond the limit, in words; empty where it is not."""
    if limit.kind == Kind.WEEKEND:
        return f"{line.code} is not for weekends." if line.spent_on.weekday() >= SATURDAY else ""
    allowed = limit.amount or ZERO
    match limit.kind:
        case Kind.ITEM:
            came_to, words = firm.of(line), "for each line"
        case Kind.PER_DIEM:
            came_to = firm.of(line)
            allowed, where = per_diem_of(line, table, allowed)
            words = f"({line.quantity.normalize():f} × {format_amount(allowed, firm.currency)} {where})"
            allowed = allowed * line.quantity
        case Kind.DAY:
            came_to, words = spent.of_day(line), "for a day"
        case _:
            came_to, words = spent.of_month(line), "for a month"
    if came_to <= allowed:
        return ""
    most, reached = format_amount(allowed, firm.currency), format_amount(came_to, firm.currency)
    return f"{line.code}: {reached} is more than {most} {words}."


class _Spent:
    """What a person has spent on a code until a line, by day and by month: that line and those before it.

    Submitted and approved lines count, and those that are looked at; returned and other people's do not.
    """

    def __init__(
        self, lines: Sequence[Expense], limits: dict[int, list[ExpenseLimit]], firm: FirmWorth
    ) -> None:
        self.by_day: dict[int, Decimal] = {}
        self.by_month: dict[int, Decimal] = {}
        days: defaultdict[DayKey, Decimal] = defaultdict(lambda: ZERO)
        months: defaultdict[DayKey, Decimal] = defaultdict(lambda: ZERO)
        for line in sorted(
            self._counted(lines, limits), key=lambda each: (each.is_open, each.spent_on, each.pk)
        ):
            person, code = line.report.staff_id, line.code_id or 0
            worth = firm.of(line)
            days[person, code, line.spent_on] += worth
            months[person, code, month_of(line.spent_on).first] += worth
            self.by_day[line.pk] = days[person, code, line.spent_on]
            self.by_month[line.pk] = months[person, code, month_of(line.spent_on).first]

    def of_day(self, line: Expense) -> Decimal:
        return self.by_day[line.pk]

    def of_month(self, line: Expense) -> Decimal:
        return self.by_month[line.pk]

    @staticmethod
    def _counted(lines: Sequence[Expense], limits: dict[int, list[ExpenseLimit]]) -> list[Expense]:
        """One statement for the others, none where no limit adds up."""
        summed = {
            code for code, each in limits.items() if {limit.kind for limit in each} & {Kind.DAY, Kind.MONTH}
        }
        asked = {
            (line.report.staff_id, line.code_id, month_of(line.spent_on))
            for line in lines
            if line.code_id in summed
        }
        if not asked:
            return list(lines)
        places = Q()
        for staff_id, code_id, month in sorted(asked, key=str):
            days = (month.first, month.last)
            places |= Q(report__staff=staff_id, code=code_id, spent_on__range=days)
        others = Expense.objects.filter(places, state__in=[Expense.State.SUBMITTED, Expense.State.APPROVED])
        known = {line.pk for line in lines}
        return [*lines, *(each for each in others.select_related("report") if each.pk not in known)]
