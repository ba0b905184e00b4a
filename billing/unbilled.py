"""Work in progress: what is ready to bill by project, and what keeps the rest from it. Read from unbilled entries."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import ExpressionWrapper, F, Min, Q, Sum
from django.db.models.functions import Round

from billing import billable
from billing.access import VIEW_BILLING
from billing.agreed import AGES, DRIVEN_BY_HOURS, NOTHING, Agreed, agreed_work, priced_apart
from billing.expense_unbilled import NOTHING_SPENT, Spent, unbilled_spending
from billing.holds import held_projects, is_held
from billing.models import BillingSchedule, Invoice, InvoiceLine, WorkHold
from core.minutes import format_decimal
from core.money import ZERO, format_amount
from core.rounded import WIDE, rounded
from people.access import require
from people.models import User
from projects.models import ContractLine, Project
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class Ready:
    """A project's unbilled work up to a day, and the fees that are due. Amounts are in the client's currency.

    `minutes` and `amount` are what a draft would bill now; `notes` say what it would leave and why.
    """

    project: Project
    minutes: int
    amount: Decimal
    ages: tuple[Decimal, Decimal, Decimal, Decimal]
    waiting_minutes: int
    waiting_amount: Decimal
    unrated_minutes: int
    oldest_on: date | None
    oldest_days: int
    fee_amount: Decimal = ZERO
    spent: Spent = NOTHING_SPENT
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    drafts: list[Invoice] = field(default_factory=list)
    # The project's own part of them.
    draft_amount: Decimal = ZERO
    # What is kept from a draft: of the project as a whole, or of single entries.
    held_minutes: int = 0
    held_amount: Decimal = ZERO
    hold: WorkHold | None = None
    # How often a schedule bills it; empty where people do.
    cycle: str = ""
    last_invoice: Invoice | None = None

    @property
    def currency(self) -> str:
        return self.project.client.currency

    @property
    def work_amount(self) -> Decimal:
        """What is ready without expenses."""
        return self.amount - self.spent.amount

    @property
    def spent_words(self) -> str:
        """Of expenses: what is on hold, and not approved yet."""
        parts = [(self.spent.held_amount, "on hold"), (self.spent.waiting_amount, "waiting")]
        found = [f"{format_amount(amount, self.currency)} {words}" for amount, words in parts if amount]
        return f"Expenses: {', '.join(found)}".replace("-", "−") if found else ""

    @property
    def can_be_drafted(self) -> bool:
        return self.hold is None and bool(self.minutes or self.amount)

    @property
    def method_names(self) -> tuple[str, ...]:
        return self.methods or (ContractLine.Method.TIME_AND_MATERIALS.label,)

    @property
    def cycle_words(self) -> str:
        return self.cycle or "By hand"

    @property
    def held_words(self) -> str:
        return (
            f"On hold: {self.hold.reason}" if self.hold else f"{format_decimal(self.held_minutes)} h on hold"
        )

    @property
    def old_amount(self) -> Decimal:
        """Older than 60 days."""
        return self.ages[2] + self.ages[3]

    @property
    def is_old(self) -> bool:
        return self.oldest_days > AGES[1]

    @property
    def unrated_words(self) -> str:
        return f"{format_decimal(self.unrated_minutes)} h without a rate"

    @property
    def parts(self) -> list[tuple[Decimal, str]]:
        """The age buckets for the bar: youngest first, darker with age."""
        return list(zip(self.ages, ("3", "2", "1", "warn"), strict=True))


def ready_to_bill(user: User | None, through: date, *, today: date | None = None) -> list[Ready]:
    """Every project with unbilled work up to and including `through`, with a fee that is due, or with a draft; the
    largest amount first.

    Ready is what drafting would bill: approved, billable, rated work that is on no invoice or draft, rounded as the
    project's rule says, within its caps, and fees. A constant number of statements, whatever the number of projects.
    Raises NotAllowed.
    """
    require(user, VIEW_BILLING)
    today = today or through
    apart = priced_apart()
    sums = _sums(through, today, apart.rounded)
    agreed = agreed_work(through, today, apart)
    spending = unbilled_spending(through, today, AGES)
    drafts = _drafts()
    on_draft = _on_draft(drafts)
    wanted = set(sums) | set(drafts) | {project for project, found in agreed.items() if found.amount}
    wanted |= set(spending)
    last = (
        Invoice.objects.issued()
        .bills()
        .filter(project__in=wanted)
        .order_by("project_id", "-issued_on", "-pk")
        .distinct("project_id")
    )
    holds, cycles = held_projects(wanted), _cycles()
    last_invoices = {invoice.project_id: invoice for invoice in last}
    projects = Project.objects.filter(pk__in=wanted).select_related("client", "lead")
    rows = [
        _on_hold(
            _with_expenses(
                _row(
                    project,
                    sums.get(project.pk, {}),
                    agreed.get(project.pk, NOTHING),
                    drafts.get(project.pk, []),
                    on_draft.get(project.pk, ZERO),
                    last_invoices.get(project.pk),
                    cycles.get(project.pk, ""),
                    today,
                ),
                spending.get(project.pk, NOTHING_SPENT),
                today,
            ),
            holds.get(project.pk),
        )
        for project in projects
    ]
    return sorted(rows, key=lambda row: (-row.amount, -row.draft_amount, row.project.name))


def _drafts() -> dict[int, list[Invoice]]:
    """The drafts by project. One of several projects stands with each of them. At most two statements."""
    found: dict[int, list[Invoice]] = {}
    several: dict[int, Invoice] = {}
    for draft in Invoice.objects.drafts().order_by("pk"):
        if draft.project_id is None:
            several[draft.pk] = draft
        else:
            found.setdefault(draft.project_id, []).append(draft)
    if several:
        lines = InvoiceLine.objects.filter(invoice__in=several, project__isnull=False).order_by("invoice")
        for project, draft_id in lines.values_list("project", "invoice").distinct():
            found.setdefault(project, []).append(several[draft_id])
    return found


def _on_draft(drafts: dict[int, list[Invoice]]) -> dict[int, Decimal]:
    """What each project has on drafts. One statement where one of them is of several projects."""
    sums = {
        project: sum((draft.subtotal_amount for draft in found), ZERO) for project, found in drafts.items()
    }
    shared = {draft.pk for found in drafts.values() for draft in found if draft.project_id is None}
    if shared:
        among = [project for project, found in drafts.items() if any(draft.pk in shared for draft in found)]
        lines = InvoiceLine.objects.filter(invoice__state=Invoice.State.DRAFT, project__in=among).order_by()
        sums |= dict(lines.values_list("project").annotate(sum=Sum("amount")))
    return sums


def _cycles() -> dict[int, str]:
    """How often active schedules bill projects. One statement."""
    rows = BillingSchedule.objects.filter(is_active=True).values_list("project", "frequency")
    return {project: str(BillingSchedule.Frequency(frequency).label) for project, frequency in rows}


def unrated_entries(through: date) -> Any:
    """Billable, unbilled work without a rate in its client's currency, oldest first."""
    return (
        billable.unbilled(TimeEntry.objects.filter(worked_on__lte=through))
        .exclude(billable.rated())
        .filter(task__contract_line__method__in=DRIVEN_BY_HOURS)
        .select_related("project__client", "task", "labor_code", "staff__job_title")
        .order_by("worked_on", "project__name", "staff__name", "pk")
    )


def rounded_amount() -> Round:
    """Each entry's remaining minutes at its rate, rounded once to its currency."""
    exact = F("rate_amount") * F("remaining_minutes") / F("rate_minutes")
    return rounded(ExpressionWrapper(exact, output_field=WIDE), "project__client__currency")


def _sums(through: date, today: date, rounded: Collection[int]) -> dict[int, dict[str, Any]]:
    """By project. What is ready counts plain hours at their rates; `agreed_work` has those under a fee or a cap, those
    before a contract line took over, and those of `rounded` projects."""
    approved = Q(state=TimeEntry.State.APPROVED)
    is_plain = Q(method__in=DRIVEN_BY_HOURS, scope="", daily=None) & (
        Q(begins_on=None) | Q(begins_on__lte=F("worked_on"))
    )
    if rounded:
        is_plain &= ~Q(project__in=rounded)
    is_ready = approved & Q(is_rated=True) & is_plain & Q(is_held=False)
    first, second, third = (today - timedelta(days=days) for days in AGES)
    buckets = {
        "age_1": Q(worked_on__gte=first),
        "age_2": Q(worked_on__lt=first, worked_on__gte=second),
        "age_3": Q(worked_on__lt=second, worked_on__gte=third),
        "age_4": Q(worked_on__lt=third),
    }
    found = (
        billable.unbilled(TimeEntry.objects.filter(worked_on__lte=through))
        .annotate(
            is_rated=Q(billable.rated()),
            is_held=is_held(),
            worth=rounded_amount(),
            method=F("task__contract_line__method"),
            scope=F("task__contract_line__cap_scope"),
            daily=F("task__contract_line__daily_cap_minutes"),
            begins_on=F("task__contract_line__starts_on"),
        )
        .order_by()
        .values("project")
        .annotate(
            minutes=Sum("remaining_minutes", filter=is_ready),
            amount=Sum("worth", filter=is_ready),
            waiting_minutes=Sum("remaining_minutes", filter=~approved),
            waiting_amount=Sum("worth", filter=~approved & Q(is_rated=True)),
            held_minutes=Sum("remaining_minutes", filter=approved & Q(is_held=True)),
            held_amount=Sum("worth", filter=approved & Q(is_held=True, is_rated=True)),
            unrated_minutes=Sum("remaining_minutes", filter=Q(is_rated=False, method__in=DRIVEN_BY_HOURS)),
            oldest_on=Min("worked_on", filter=is_ready),
            **{name: Sum("worth", filter=is_ready & bucket) for name, bucket in buckets.items()},
        )
    )
    return {row["project"]: row for row in found}


def _row(
    project: Project,
    row: dict[str, Any],
    agreed: Agreed,
    drafts: list[Invoice],
    draft_amount: Decimal,
    last: Invoice | None,
    cycle: str,
    today: date,
) -> Ready:
    oldest = min(filter(None, [row.get("oldest_on"), agreed.oldest_on]), default=None)
    first, second, third, fourth = (row.get(f"age_{number}") or ZERO for number in (1, 2, 3, 4))
    minutes, amount = (row.get("minutes") or 0) + agreed.minutes, (row.get("amount") or ZERO) + agreed.amount
    return Ready(
        project=project,
        minutes=minutes,
        amount=amount,
        ages=(
            first + agreed.ages[0],
            second + agreed.ages[1],
            third + agreed.ages[2],
            fourth + agreed.ages[3],
        ),
        waiting_minutes=row.get("waiting_minutes") or 0,
        waiting_amount=row.get("waiting_amount") or ZERO,
        unrated_minutes=row.get("unrated_minutes") or 0,
        oldest_on=oldest,
        oldest_days=max((today - oldest).days, 0) if oldest else 0,
        fee_amount=agreed.fee_amount,
        notes=agreed.notes,
        methods=agreed.methods,
        drafts=drafts,
        draft_amount=draft_amount,
        held_minutes=row.get("held_minutes") or 0,
        held_amount=row.get("held_amount") or ZERO,
        cycle=cycle,
        last_invoice=last,
    )


def _with_expenses(row: Ready, spent: Spent, today: date) -> Ready:
    oldest = min(filter(None, [row.oldest_on, spent.oldest_on]), default=None)
    first, second, third, fourth = (
        work + expenses for work, expenses in zip(row.ages, spent.ages, strict=True)
    )
    return replace(
        row,
        amount=row.amount + spent.amount,
        ages=(first, second, third, fourth),
        waiting_amount=row.waiting_amount + spent.waiting_amount,
        oldest_on=oldest,
        oldest_days=max((today - oldest).days, 0) if oldest else 0,
        notes=(*row.notes, *spent.notes),
        spent=spent,
    )


def _on_hold(row: Ready, hold: WorkHold | None) -> Ready:
    """Nothing of a project on hold is ready, its expenses neither."""
    if hold is None:
        return row
    spent = replace(
        row.spent,
        amount=ZERO,
        ages=(ZERO, ZERO, ZERO, ZERO),
        held_amount=row.spent.held_amount + row.spent.amount,
    )
    return replace(
        row,
        spent=spent,
        minutes=0,
        amount=ZERO,
        fee_amount=ZERO,
        ages=(ZERO, ZERO, ZERO, ZERO),
        held_minutes=row.held_minutes + row.minutes,
        held_amount=row.held_amount + row.amount,
        hold=hold,
    )
