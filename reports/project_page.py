"""The page of a project: tasks with hours and budgets, team, time, money, rates. Constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from billing.access import VIEW_BILLING
from billing.models import Invoice, InvoiceLine
from core.money import ZERO, percent_of, round_places
from people.access import has_right
from people.models import StaffMember, User
from projects.access import (
    MANAGE_PROJECTS,
    MANAGE_RATES,
    VIEW_ALL_PROJECTS,
    VIEW_RATES,
    can_manage,
    cards_visible_to,
    sees_costs,
)
from projects.models import ChangeOrder, Project, ProjectContact, RateCard, Task, TaskAssignee, TeamMember
from reports.budget_list import sees_amounts
from reports.budget_parts import Lens, burn_of
from reports.budgets import Budgets, Line, Measure, ProjectBudget, budgets_of
from reports.burn_chart import BurnChart
from reports.invoice_rows import InvoiceRow, invoice_rows, open_total
from reports.project_margin import Margin, invoiced_on, margin_of
from reports.project_rates import PersonRates, team_rates
from reports.unbilled_work import Unbilled, unbilled_by_project
from timesheets.budgets import NONE, Use
from timesheets.models import TimeEntry

LATEST_TIME = 8
LATEST_INVOICES = 8


@dataclass(frozen=True)
class TaskRow:
    """One task with its own hours: approved, not approved, and what is left of the budget (None without one).

    `use` has its fees and expenses too, `done` its percent complete, None when nobody has said.
    """

    task: Task
    approved_minutes: int
    other_minutes: int
    use: Use = NONE
    done: Decimal | None = None
    assignees: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        return self.approved_minutes + self.other_minutes

    @property
    def left_minutes(self) -> int | None:
        budget = self.task.budget_minutes
        return None if budget is None else budget - self.minutes

    @property
    def is_over(self) -> bool:
        return self.left_minutes is not None and self.left_minutes < 0

    @property
    def percent(self) -> int | None:
        """How much of the budget is used, in whole percent, cut off."""
        return percent_of(self.minutes, self.task.budget_minutes) if self.task.budget_minutes else None

    @property
    def parts(self) -> list[tuple[int, str]]:
        """The bar: one red part when over, else approved and not approved."""
        if self.is_over:
            return [(self.task.budget_minutes or 0, "bad")]
        return [(self.approved_minutes, "1"), (self.other_minutes, "2")]

    @property
    def indent(self) -> int:
        """For the style: how deep in the tree, four levels at most."""
        return min(self.task.depth, 4)


@dataclass(frozen=True)
class MemberRow:
    """Somebody of the team. `is_lead` is the one to whom approvals go, `leads_too` leads beside them."""

    staff: StaffMember
    is_lead: bool
    minutes: int
    leads_too: bool = False


@dataclass(frozen=True)
class Money:
    """Billing to date in the client's currency."""

    work: Unbilled
    invoiced: Decimal
    owed: Decimal
    drafts: int
    written: Decimal
    worth: Decimal

    @property
    def realized(self) -> int | None:
        """Invoiced in percent of what time and expenses are worth at their rates; None without any."""
        return percent_of(self.invoiced, self.worth) if self.worth else None

    @property
    def gauge(self) -> int:
        """The same for drawing, 100 at most."""
        return min(max(self.realized or 0, 0), 100)


@dataclass(frozen=True)
class ProjectPage:
    project: Project
    can_manage: bool
    tasks: list[TaskRow]
    budget_minutes: int
    minutes: int
    team: list[MemberRow]
    time: list[Any]
    sees_all_time: bool
    money: Money | None
    invoices: list[InvoiceRow]
    rates: list[PersonRates] | None
    cards: list[RateCard]
    can_change_rates: bool
    budget: ProjectBudget
    sees_amounts: bool
    can_open: bool
    orders: list[ChangeOrder]
    contacts: list[ProjectContact]
    margin: Margin | None
    burn: BurnChart | None

    @property
    def names_payers(self) -> bool:
        """Its invoices go to contacts of its own instead of the client's."""
        return any(each.role == ProjectContact.Role.TO for each in self.contacts)

    @property
    def budget_lines(self) -> list[Line]:
        """Hours for everybody; fees and expenses for whoever may see amounts. Without budget and use they are left
        out."""
        lines = self.budget.lines if self.sees_amounts else self.budget.lines[:1]
        return [line for line in lines if line.budget is not None or line.input]

    @property
    def exceeding_words(self) -> str:
        """What the tasks together have too much of."""
        return f"Together they exceed its cap of {' and '.join(self.budget.exceeding)}."

    @property
    def estimate_minutes(self) -> int:
        """Hours at completion in whole minutes, for showing."""
        forecast = self.budget.burn.forecast
        return int(round_places(forecast.estimate, 0)) if forecast else 0

    @property
    def left_minutes(self) -> int:
        return self.budget_minutes - sum(
            row.minutes for row in self.tasks if row.task.budget_minutes is not None
        )

    @property
    def without_rate(self) -> list[str]:
        """People some of whose work on this project cannot be billed for want of a rate."""
        return [person.staff.name for person in self.rates or [] if person.is_missing]


def project_page(project: Project, *, by: User, today: date) -> ProjectPage:
    """What the person may see: money with the right to see billing, rates with that to see rates, others' time as
    lead or with the right to see every project."""
    manages = can_manage(by, project)
    budgets = budgets_of([project], today=today)
    tasks = _tasks(project, budgets)
    team = _team(project)
    sees_all = manages or has_right(by, VIEW_ALL_PROJECTS)
    sees_rates = has_right(by, VIEW_RATES) or has_right(by, MANAGE_RATES)
    invoices = _invoices(project, today) if has_right(by, VIEW_BILLING) else []
    money = _money(project, invoices, budgets) if has_right(by, VIEW_BILLING) else None
    open_tasks = [row.task for row in tasks if row.task.state == Task.State.OPEN]
    members = [row.staff for row in team]
    return ProjectPage(
        project=project,
        can_manage=manages,
        tasks=tasks,
        budget_minutes=sum(row.task.budget_minutes or 0 for row in tasks),
        minutes=sum(row.minutes for row in tasks),
        team=team,
        time=list(_time(project, None if sees_all else by)[:LATEST_TIME]),
        sees_all_time=sees_all,
        money=money,
        invoices=invoices[:LATEST_INVOICES],
        rates=team_rates(project, members, open_tasks, today) if sees_rates and project.is_billable else None,
        cards=_cards(project, by) if sees_rates else [],
        can_change_rates=has_right(by, MANAGE_RATES),
        budget=budgets.by_project[project.pk],
        sees_amounts=sees_amounts(by),
        can_open=has_right(by, MANAGE_PROJECTS),
        orders=_orders(project) if manages else [],
        contacts=list(project.contacts.select_related("contact")),
        margin=margin_of(project, money.invoiced) if money and sees_costs(by) else None,
        burn=_burn(budgets.by_project[project.pk], sees_amounts(by), today),
    )


def _tasks(project: Project, budgets: Budgets) -> list[TaskRow]:
    """In the order of the tree. One statement."""
    tasks = budgets.by_project[project.pk].limits.tasks
    names: dict[int, list[str]] = {}
    assigned = TaskAssignee.objects.filter(task__project=project).order_by("staff__name")
    for task_id, name in assigned.values_list("task", "staff__name"):
        names.setdefault(task_id, []).append(name)
    return [
        TaskRow(
            task,
            use.approved_minutes,
            use.minutes - use.approved_minutes,
            use,
            budgets.progress.get(task.pk),
            tuple(names.get(task.pk, ())),
        )
        for task in tasks
        for use in [budgets.use.task(project.pk, task.pk)]
    ]


def _orders(project: Project) -> list[ChangeOrder]:
    """The latest first, each with its lines. Two statements, one without orders."""
    orders = project.change_orders.select_related("file").prefetch_related("lines__task")
    return list(orders.order_by("-number"))


def _team(project: Project) -> list[MemberRow]:
    """The team, then others who logged time; the lead first. One statement."""
    own_time = Sum("time_entries__worked_minutes", filter=Q(time_entries__project=project), default=0)
    on_it = Q(memberships__project=project) | Q(pk=project.lead_id)
    members = StaffMember.objects.filter(pk__in=StaffMember.objects.filter(on_it).values("pk"))
    leads_too = Exists(TeamMember.objects.filter(project=project, staff=OuterRef("pk"), is_lead=True))
    rows = members.select_related("job_title").annotate(minutes=own_time, leads_too=leads_too)
    found = [
        MemberRow(staff, staff.pk == project.lead_id, staff.minutes, staff.leads_too)
        for staff in rows.order_by("name")
    ]
    return sorted(found, key=lambda row: (not row.is_lead, not row.leads_too))


def _time(project: Project, only: User | None) -> QuerySet[TimeEntry]:
    entries = TimeEntry.objects.filter(project=project)
    if only is not None:
        entries = entries.filter(staff=only.staff_member)
    return entries.select_related("staff", "task").order_by("-worked_on", "-pk")


def _invoices(project: Project, today: date) -> list[InvoiceRow]:
    lines = InvoiceLine.objects.filter(project=project).values("invoice")
    return invoice_rows(Invoice.objects.filter(Q(project=project) | Q(pk__in=lines)), today)


def _money(project: Project, invoices: Sequence[InvoiceRow], budgets: Budgets) -> Money:
    work = unbilled_by_project(TimeEntry.objects.filter(project=project), project.client.currency)
    lines = InvoiceLine.objects.filter(
        Q(project=project) | Q(project=None, invoice__project=project), invoice__state=Invoice.State.ISSUED
    )
    sums = lines.aggregate(
        amount=Sum("amount", default=ZERO),
        computed=Sum("computed_amount", default=ZERO),
    )
    use = budgets.use.projects().get(project.pk, NONE)
    own = [row for row in invoices if row.invoice.project_id == project.pk]
    return Money(
        work=work.get(project.pk, Unbilled()),
        invoiced=invoiced_on(project),
        owed=open_total(own),
        drafts=sum(row.invoice.state == Invoice.State.DRAFT for row in invoices),
        written=sums["amount"] - sums["computed"],
        worth=use.fee_amount + use.expense_amount,
    )


def _burn(budget: ProjectBudget, with_amounts: bool, today: date) -> BurnChart | None:
    """Of hours, else of fees; None without such a budget. Two statements."""
    limits = budget.limits
    for measure, lens in ((Measure.HOURS, Lens.HOURS), (Measure.FEES, Lens.FEES)):
        limit = limits.budget(measure)
        if limit and (with_amounts or measure == Measure.HOURS):
            return burn_of(budget.project, limit, limits.counted(measure), lens=lens, today=today)
    return None


def _cards(project: Project, by: User) -> list[RateCard]:
    """The cards that may decide, in the order in which they do."""
    scope = Q(project=project) | Q(client=project.client_id) | Q(scope=RateCard.Scope.FIRM)
    order = [RateCard.Scope.PROJECT, RateCard.Scope.CLIENT, RateCard.Scope.FIRM]
    found = cards_visible_to(by).filter(scope, currency=project.client.currency)
    return sorted(found, key=lambda card: order.index(RateCard.Scope(card.scope)))
