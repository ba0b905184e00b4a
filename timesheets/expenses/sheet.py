"""One report with its lines, receipts, findings, decisions: for its owner and for whoever decides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from approvals.history import NOTHING_SAID, Dialogue, Return, dialogues, last_returns, waits_for_names
from timesheets.expenses.policies import Finding, Severity, findings_for
from timesheets.expenses.reports import Standing, standing_of
from timesheets.expenses.subjects import KIND
from timesheets.expenses.values import total
from timesheets.models import Expense, ExpenseReport, Receipt
from timesheets.ports import EntryMark, expense_marks_of

State = Expense.State


@dataclass(frozen=True)
class Line:
    """A line as pages show it."""

    expense: Expense
    receipts: list[Receipt]
    findings: list[Finding]
    standing: Standing
    returned: Return | None = None
    dialogue: Dialogue = NOTHING_SAID
    reversed_by_id: int | None = None
    # On which invoice it stands.
    mark: EntryMark | None = None

    @property
    def is_blocked(self) -> bool:
        return any(finding.severity == Severity.BLOCK for finding in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether nothing asks for a look: no finding, no open question, no answer that nobody has read yet."""
        return not (self.findings or self.dialogue.is_asked or self.dialogue.is_answered)


@dataclass(frozen=True)
class Sheet:
    """The lines of one report; amounts in its currency."""

    report: ExpenseReport
    lines: list[Line]
    standing: Standing
    amount: Decimal
    reimbursable_amount: Decimal
    billable: list[tuple[str, Decimal]] = field(default_factory=list)

    def of(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.expense.state in states]

    @property
    def open_lines(self) -> list[Line]:
        """Drafts and returned lines."""
        return self.of(State.DRAFT, State.REJECTED)

    @property
    def ready(self) -> list[Line]:
        """Open lines that nothing blocks."""
        return [line for line in self.open_lines if not line.is_blocked]

    @property
    def warnings(self) -> list[tuple[Line, Finding]]:
        """What is to be acknowledged when the ready lines are submitted."""
        return [(line, finding) for line in self.ready for finding in line.findings]

    @property
    def waiting(self) -> list[Line]:
        return self.of(State.SUBMITTED)

    def line(self, pk: int | None) -> Line | None:
        return next((line for line in self.lines if line.expense.pk == pk), None)


def loaded(lines: QuerySet[Expense]) -> list[Expense]:
    """The lines with all that pages show of them. Two statements."""
    receipts = Prefetch("receipts", Receipt.objects.select_related("file", "thumbnail", "preview"))
    related = lines.select_related(
        *("report__staff__job_title", "code", "project__client", "task", "work_class"),
        *("reimbursement", "reverses", "reversed_by"),
    )
    return list(related.prefetch_related(receipts).order_by("spent_on", "pk"))


def sheet_of(report: ExpenseReport) -> Sheet:
    """The whole report. A constant number of statements."""
    return sheets_of(loaded(report.expenses.all()), [report])[0]


def sheets_of(lines: Sequence[Expense], reports: Iterable[ExpenseReport]) -> list[Sheet]:
    """The reports with those lines of theirs that are given. A constant number of statements, however many."""
    looked_at = [line for line in lines if line.state != State.APPROVED]
    findings = findings_for(looked_at)
    waiting = [line.pk for line in lines if line.state == State.SUBMITTED]
    talked = [line.pk for line in lines if line.state in (State.SUBMITTED, State.REJECTED)]
    waits_for = waits_for_names(KIND, waiting)
    said = dialogues(KIND, talked, last_returns(KIND, talked))
    by_report: dict[int, list[Expense]] = {}
    for line in lines:
        by_report.setdefault(line.report_id, []).append(line)
    marks = expense_marks_of([line.pk for line in lines if line.state == State.APPROVED])
    return [
        _sheet(report, by_report.get(report.pk, []), findings, said, waits_for, marks) for report in reports
    ]


def _sheet(
    report: ExpenseReport,
    expenses: list[Expense],
    findings: Mapping[int, list[Finding]],
    said: Mapping[int, Dialogue],
    waits_for: Mapping[int, str],
    marks: Mapping[int, EntryMark],
) -> Sheet:
    lines = [
        Line(
            expense=expense,
            receipts=list(expense.receipts.all()),
            findings=findings.get(expense.pk, []),
            standing=_line_standing(expense, waits_for.get(expense.pk, ""), dialogue),
            returned=dialogue.returned if expense.state == State.REJECTED else None,
            dialogue=dialogue,
            reversed_by_id=getattr(getattr(expense, "reversed_by", None), "pk", None),
            mark=marks.get(expense.pk),
        )
        for expense in expenses
        for dialogue in [said.get(expense.pk, NOTHING_SAID)]
    ]
    billable: dict[str, list[Decimal | None]] = {}
    for expense in expenses:
        if expense.is_billable and expense.billable_amount is not None:
            billable.setdefault(expense.billable_currency, []).append(expense.billable_amount)
    return Sheet(
        report=report,
        lines=lines,
        standing=standing_of(expenses),
        amount=total(expense.base_amount for expense in expenses),
        reimbursable_amount=total(expense.base_amount for expense in expenses if expense.is_reimbursable),
        billable=[(currency, total(amounts)) for currency, amounts in sorted(billable.items())],
    )


def _line_standing(expense: Expense, waits_for: str, dialogue: Dialogue) -> Standing:
    if dialogue.question is not None:
        return Standing("wait", "message-question", f"Question of {dialogue.question.by_name}")
    if expense.reimbursement_id is not None:
        return Standing("ok", "cash", "Paid back")
    match expense.state:
        case State.DRAFT:
            return Standing("", "pencil", "Draft")
        case State.SUBMITTED:
            return Standing("wait", "clock", f"Waits for {waits_for or 'a decision'}")
        case State.APPROVED:
            return Standing("ok", "check", "Approved")
        case _:
            return Standing("bad", "arrow-back-up", "Returned")


def seen_text(lines: Collection[Line]) -> str:
    """The lines with their versions, as dialogs carry them along: `12.3,13.1`."""
    return ",".join(f"{line.expense.pk}.{line.expense.version}" for line in lines)
