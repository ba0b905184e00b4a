"""What stands beside the queue: who has not handed in, and what was decided lately."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, QuerySet, Sum

from approvals.models import Decision
from core.periods import week_of
from people.access import has_right
from people.models import StaffMember, User
from staffing.required import required_for
from timesheets.access import APPROVE_ALL
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND

State = TimeEntry.State
WEEKS_BACK = 4
LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Missing:
    """A week of somebody that is short of submitted hours."""

    staff: StaffMember
    first: date
    handed_in: int
    drafted: int
    required: int


def people_of(user: User) -> list[StaffMember]:
    """Whose time the person decides on: everybody with the right, else those who report to them."""
    working = StaffMember.objects.working().filter(user__isnull=False).select_related("job_title")
    if has_right(user, APPROVE_ALL):
        return list(working)
    return list(working.reporting_to(user.staff_member)) if user.staff_member else []


def missing_weeks(user: User, today: date) -> list[Missing]:
    """The last four full weeks that are not handed in, the oldest first. Five statements, however many people."""
    people = people_of(user)
    starts_on = TimeRules.objects.values_list("week_starts_on", flat=True).get(pk=1)
    this_week = week_of(today, starts_on)
    first = this_week.first - timedelta(weeks=WEEKS_BACK)
    last = this_week.first - timedelta(days=1)
    required = required_for(people, first, last)
    sums: dict[tuple[int, date, bool], int] = {}
    rows = (
        TimeEntry.objects.between(first, last)
        .filter(staff__in=people)
        .values_list("staff_id", "worked_on", "state")
        .annotate(sum=Sum("worked_minutes"))
    )
    for staff_id, on, state, minutes in rows:
        key = (staff_id, week_of(on, starts_on).first, state in (State.SUBMITTED, State.APPROVED))
        sums[key] = sums.get(key, 0) + minutes
    found = []
    for n in range(WEEKS_BACK):
        week = week_of(first + timedelta(weeks=n), starts_on)
        for person in people:
            needed = sum(required[person.pk].get(day, 0) for day in week.days())
            handed_in = sums.get((person.pk, week.first, True), 0)
            drafted = sums.get((person.pk, week.first, False), 0)
            if drafted or handed_in < needed:
                found.append(Missing(person, week.first, handed_in, drafted, needed))
    return found


@dataclass(frozen=True)
class Decided:
    """Lines of one person that were decided in one go."""

    staff_name: str
    outcome: str
    at: datetime
    by_name: str
    reason: str
    lines: int
    minutes: int
    entry_ids: list[int]
    can_take_back: bool


def decided_lately(user: User, at: datetime) -> list[Decided]:
    """The person's own decisions of two weeks (everybody's for those who decide on all), the latest first."""
    decisions = Decision.objects.filter(request__subject_kind=KIND, at__gt=at - LATELY).exclude(
        outcome=Decision.Outcome.UNAPPROVED
    )
    if not has_right(user, APPROVE_ALL):
        decisions = decisions.filter(by=user)
    groups = (
        decisions.values("request__owner__name", "outcome", "at", "by_name", "reason")
        .annotate(lines=Count("pk"), latest=Max("pk"))
        .order_by("-latest")[:50]
    )
    ids = _ids_by_group(decisions)
    minutes = dict(
        TimeEntry.objects.filter(pk__in=[pk for found in ids.values() for pk in found]).values_list(
            "pk", "worked_minutes"
        )
    )
    live = set(
        TimeEntry.objects.filter(pk__in=minutes, state__in=[State.APPROVED, State.REJECTED]).values_list(
            "pk", flat=True
        )
    )
    found = []
    for group in groups:
        key = (group["request__owner__name"], group["outcome"], group["at"], group["reason"])
        entry_ids = ids.get(key, [])
        found.append(
            Decided(
                staff_name=group["request__owner__name"],
                outcome=group["outcome"],
                at=group["at"],
                by_name=group["by_name"],
                reason=group["reason"],
                lines=group["lines"],
                minutes=sum(minutes.get(pk, 0) for pk in entry_ids),
                entry_ids=entry_ids,
                can_take_back=bool(entry_ids) and all(pk in live for pk in entry_ids),
            )
        )
    return found


def _ids_by_group(decisions: QuerySet[Decision]) -> dict[tuple[str, str, datetime, str], list[int]]:
    ids: dict[tuple[str, str, datetime, str], list[int]] = {}
    rows = decisions.values_list("request__owner__name", "outcome", "at", "reason", "request__subject_id")
    for owner, outcome, at, reason, subject_id in rows:
        ids.setdefault((owner, outcome, at, reason), []).append(subject_id)
    return ids
