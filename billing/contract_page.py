"""The contract of a project: its lines with what was agreed, billed, is left and is due; milestones; tasks' terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.agreed import special_work
from billing.contract_periods import Course, course_of
from billing.contract_terms import Contracts, read_contracts
from billing.models import BilledMilestone, BillingSchedule, Invoice
from billing.pricing.methods import price_each
from billing.pricing.milestones import worths
from billing.pricing.terms import NOTHING_YET, UNUSED, SoFar, Terms, Used
from billing.pricing.work import Priced
from core.money import ZERO
from projects.models import ContractLine, Milestone, Project, Task, TaskTerms

Method = ContractLine.Method
KINDS = {
    "Planned": "idle",
    "Handed over": "wait",
    "Achieved": "ok",
    "On draft": "wait",
    "Invoiced": "wait",
    "Paid": "ok",
}


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone, what it comes to, and how far it is: planned, handed over, achieved, on draft, invoiced, paid."""

    milestone: Milestone
    amount: Decimal | None
    words: str
    invoice: Invoice | None = None

    @property
    def kind(self) -> str:
        return KINDS[self.words]

    @property
    def is_billed(self) -> bool:
        return self.invoice is not None


@dataclass(frozen=True)
class TaskRow:
    """A task of a line with its own terms, and what was billed of it."""

    task: Task
    terms: TaskTerms | None
    billed_amount: Decimal

    @property
    def left_amount(self) -> Decimal | None:
        agreed = (self.terms.fee_amount or self.terms.cap_amount) if self.terms else None
        return None if agreed is None else agreed - self.billed_amount


@dataclass(frozen=True)
class LineRow:
    """A contract line. `agreed_amount` is its fee or its cap in money, if it has one, `cap_minutes` that in hours;
    `used` is what is billed of it, by other lines too where they share the cap."""

    line: ContractLine
    agreed_amount: Decimal | None
    cap_minutes: int | None
    used: Used
    billed_amount: Decimal
    billed_minutes: int
    due: Priced
    milestones: list[MilestoneRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    course: Course | None = None

    @property
    def left_amount(self) -> Decimal | None:
        return None if self.agreed_amount is None else self.agreed_amount - self.used.amount

    @property
    def left_minutes(self) -> int | None:
        return None if self.cap_minutes is None else self.cap_minutes - self.used.minutes

    @property
    def held_amount(self) -> Decimal:
        return sum((each.amount for each in self.due.held), ZERO)

    @property
    def has_milestones(self) -> bool:
        return self.line.method in (Method.FIXED_FEE, Method.MILESTONE)

    @property
    def has_task_terms(self) -> bool:
        return (
            self.line.method == Method.FIXED_FEE_BY_TASK or self.line.cap_scope == ContractLine.CapScope.TASK
        )

    @property
    def can_raise(self) -> bool:
        return self.line.cap_scope == ContractLine.CapScope.LINE and self.line.cap_amount is not None


def contract_of(project: Project, today: date) -> list[LineRow]:
    """The contract lines in their order, priced as a draft of today would. A constant number of statements."""
    contracts = read_contracts([project.pk])
    work = special_work([project.pk], contracts, today).work
    lines = {line.pk: line for line in project.contract_lines.all()}
    milestones = _milestones(contracts, project, today)
    tasks = list(Task.objects.filter(project=project).order_by("position", "name"))
    agreed = {
        (each.contract_line_id, each.task_id): each for each in TaskTerms.objects.filter(task__in=tasks)
    }
    special = any(terms.recurrence for terms in contracts.by_id.values())
    schedules = list(BillingSchedule.objects.filter(project=project, is_active=True)) if special else []
    each = price_each(
        contracts.by_project.get(project.pk, []), contracts.so_far, work, on=today, through=today
    )
    due = {terms.id: priced for terms, priced in each}
    rows = []
    for terms in contracts.by_project.get(project.pk, []):
        so_far = contracts.so_far.get(terms.id, NOTHING_YET)
        mine = [piece for piece in work if piece.contract_line_id == terms.id]
        rows.append(
            LineRow(
                line=lines[terms.id],
                agreed_amount=_agreed(terms),
                cap_minutes=terms.cap_minutes,
                used=so_far.order if terms.has_shared_cap else so_far.used,
                billed_amount=so_far.used.amount,
                billed_minutes=so_far.used.minutes,
                due=due.get(terms.id, Priced()),
                milestones=milestones.get(terms.id, []),
                tasks=_tasks(terms, so_far, tasks, agreed),
                course=course_of(terms, so_far, mine, today, schedules) if terms.recurrence else None,
            )
        )
    return rows


def _agreed(terms: Terms) -> Decimal | None:
    """The whole that is billed under a line: its fee, unless that comes again and again, or its cap."""
    if terms.recurrence is not None:
        return None
    return terms.fee_amount if terms.fee_amount is not None else terms.cap_amount


def _tasks(
    terms: Terms, so_far: SoFar, tasks: list[Task], agreed: Mapping[tuple[int, int], TaskTerms]
) -> list[TaskRow]:
    return [
        TaskRow(task, agreed.get((terms.id, task.pk)), so_far.by_task.get(task.pk, UNUSED).amount)
        for task in tasks
        if task.contract_line_id == terms.id or (terms.id, task.pk) in agreed
    ]


def _milestones(contracts: Contracts, project: Project, today: date) -> dict[int, list[MilestoneRow]]:
    rows = Milestone.objects.filter(contract_line__project=project, is_removed=False).order_by(
        "position", "pk"
    )
    billed = {
        each.milestone_id: each
        for each in BilledMilestone.objects.filter(milestone__in=rows, is_live=True).select_related(
            "line__invoice"
        )
    }
    ids = {each.line.invoice_id for each in billed.values()}
    paid = set(
        Invoice.objects.filter(pk__in=ids).issued().with_balance().filter(balance_amount__lte=0).values_list(
            "pk", flat=True
        )
    ) if ids else set()  # fmt: skip
    open_worths = {
        terms.id: worths(terms, contracts.so_far.get(terms.id, NOTHING_YET))
        for terms in contracts.by_project.get(project.pk, [])
    }
    found: dict[int, list[MilestoneRow]] = {}
    for each in rows:
        on_bill = billed.get(each.pk)
        invoice = on_bill.line.invoice if on_bill else None
        amount = on_bill.line.amount if on_bill else open_worths[each.contract_line_id].get(each.pk)
        found.setdefault(each.contract_line_id, []).append(
            MilestoneRow(each, amount, _words(each, invoice, paid, today), invoice)
        )
    return found


def _words(milestone: Milestone, invoice: Invoice | None, paid: set[int], today: date) -> str:
    if invoice is None:
        if milestone.achieved_on is None:
            return "Planned"
        return "Handed over" if milestone.achieved_on > today else "Achieved"
    if invoice.state == Invoice.State.DRAFT:
        return "On draft"
    return "Paid" if invoice.pk in paid else "Invoiced"
