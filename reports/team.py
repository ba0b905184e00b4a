"""The home page of those who decide: what waits, who has not submitted, how busy the team is, budgets at risk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from approvals.models import Request
from core.money import percent_of
from core.periods import week_of
from people.access import has_right
from people.models import StaffMember, User
from projects.access import visible_to
from projects.models import Task
from reports.charts import Chart
from reports.utilization import Share, utilization, weekly_chart
from staffing.required import required_for
from timesheets.access import APPROVE_ALL
from timesheets.models import TimeEntry, TimeRules
from timesheets.waiting import waiting_requests

State = TimeEntry.State
AT_RISK_PERCENT = 80


@dataclass(frozen=True)
class Age:
    """Waiting lines by the time they wait."""

    label: str
    people: int
    lines: int
    minutes: int
    is_late: bool


@dataclass(frozen=True)
class Budget:
    """A task whose hours come near its budget or pass it."""

    task: Task
    used: int

    @property
    def percent(self) -> int:
        return percent_of(self.used, self.task.budget_minutes or 1)


@dataclass(frozen=True)
class Team:
    """What a manager's home shows."""

    people: list[StaffMember]
    ages: list[Age]
    waiting_people: int
    waiting_minutes: int
    oldest_days: int
    not_submitted: list[StaffMember]
    last_week_first: date
    month: Share
    chart: Chart
    budgets: list[Budget]
    budget_count: int


def team_home(user: User, today: date, at: datetime) -> Team:
    """Everything the page shows, in a constant number of statements."""
    people = _team(user)
    rules = TimeRules.objects.get(pk=1)
    last_week = week_of(today, rules.week_starts_on).previous()
    ages = _ages(user, today, at)
    budgets, count = _budgets(user)
    waiting = _waiting(user, today).aggregate(
        people=Count("owner", distinct=True), oldest=Min("submitted_at")
    )
    return Team(
        people=people,
        ages=ages,
        waiting_people=waiting["people"],
        waiting_minutes=sum(age.minutes for age in ages),
        oldest_days=(at - waiting["oldest"]).days if waiting["oldest"] else 0,
        not_submitted=_not_submitted(people, last_week.first, last_week.last),
        last_week_first=last_week.first,
        month=utilization(people, today.replace(day=1), today),
        chart=weekly_chart(people, today, chart_id="team-weeks", title="Team utilization"),
        budgets=budgets,
        budget_count=count,
    )


def _team(user: User) -> list[StaffMember]:
    """Those who report to the person; everybody for those who decide on everybody."""
    working = StaffMember.objects.working().filter(user__isnull=False)
    if has_right(user, APPROVE_ALL):
        return list(working)
    member = user.staff_member
    return list(working.reporting_to(member)) if member else []


def _waiting(user: User, today: date) -> QuerySet[Request]:
    """Asked as the page of approvals asks, so that both say the same number."""
    return waiting_requests(user, today)


def _ages(user: User, today: date, at: datetime) -> list[Age]:
    waiting = _waiting(user, today)
    bounds = [
        ("Today", Q(submitted_at__gt=at - timedelta(days=1)), False),
        (
            "1 to 2 days",
            Q(submitted_at__lte=at - timedelta(days=1), submitted_at__gt=at - timedelta(days=3)),
            False,
        ),
        ("3 days and more", Q(submitted_at__lte=at - timedelta(days=3)), True),
    ]
    ages = []
    for label, condition, is_late in bounds:
        ids = waiting.filter(condition).values("subject_id")
        found = TimeEntry.objects.filter(pk__in=ids).aggregate(
            people=Count("staff", distinct=True), lines=Count("pk"), minutes=Sum("worked_minutes")
        )
        ages.append(Age(label, found["people"], found["lines"], found["minutes"] or 0, is_late))
    return ages


def _not_submitted(people: list[StaffMember], first: date, last: date) -> list[StaffMember]:
    """People whose submitted and approved hours of last week fall short of the required ones."""
    required = required_for(people, first, last)
    handed_in = dict(
        TimeEntry.objects.between(first, last)
        .filter(staff__in=people, state__in=[State.SUBMITTED, State.APPROVED])
        .values_list("staff")
        .annotate(sum=Sum("worked_minutes"))
    )
    return [p for p in people if handed_in.get(p.pk, 0) < sum(required[p.pk].values())]


def _budgets(user: User) -> tuple[list[Budget], int]:
    """Open tasks with a budget that is used by 80 % and more, the fullest first; and how many have a budget."""
    tasks = Task.objects.filter(
        project__in=visible_to(user), project__state="OPEN", state="OPEN", budget_minutes__gt=0
    )
    used = tasks.annotate(used=Sum("time_entries__worked_minutes", default=0)).select_related("project")
    full = used.filter(used__gte=F("budget_minutes") * Decimal(AT_RISK_PERCENT) / 100)
    fullest = full.order_by(-F("used") / F("budget_minutes"))[:5]
    return [Budget(task, task.used) for task in fullest], tasks.count()
