"""Mails to those who decide: whose time of the team is missing, and what is new for them to approve."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.urls import reverse

from approvals.approvers import delegations_at
from approvals.models import Seat
from core.hosts import firm_url
from core.minutes import format_decimal
from core.periods import ONE_DAY, Period
from people.models import StaffMember
from staffing.required import required_for
from timesheets.access import APPROVE_ALL
from timesheets.claiming import Nudge, claim_and_post
from timesheets.missing import TimeBoard
from timesheets.models import Reminder, ReminderSettings, TimeRules
from timesheets.periods import period_words
from timesheets.reminder_days import is_hour, period_due
from timesheets.reminding import joined_on, local_time, reachable, weeks_of
from timesheets.subjects import KIND

MOST_NAMES = 3


@dataclass(frozen=True)
class Lack:
    """One person of a team: what they have not handed in, in words."""

    name: str
    words: str


@dataclass(frozen=True)
class Group:
    """Things of one kind that wait: `Time`, `12 of Priya Raman and Tomás Almeida`."""

    name: str
    words: str


def digest_missing(*, at: datetime) -> int:
    """Tells managers once for each period whose time of their team is missing; returns how many mails it queued.

    So many days after the time was due as the firm says, at the hour of the manager's clock; none when everybody has
    handed in. A constant number of statements.
    """
    settings, rules = ReminderSettings.objects.get(pk=1), TimeRules.objects.get(pk=1)
    if not settings.sends_digest:
        return 0
    after = settings.due_after_days + settings.digest_after_days
    due: dict[StaffMember, Period] = {}
    for manager in reachable().filter(reports__is_active=True).distinct().order_by("pk"):
        local = local_time(manager, at)
        period = period_due(rules, local.date(), after)
        if period is not None and is_hour(settings.digest_hour, local):
            due[manager] = period
    teams = _teams(due)
    if not teams:
        return 0
    everybody = [member for team in teams.values() for member in team]
    board = TimeBoard(everybody, min(p.first for p in due.values()), max(p.last for p in due.values()))
    nudges = []
    for manager, period in due.items():
        lacks = [lack for one in teams.get(manager.pk, []) if (lack := _lack(board, one, period, rules))]
        if lacks:
            context = {"people": lacks, "period_label": period_words(period), "url": _missing_url()}
            day = local_time(manager, at).date()
            nudges.append(Nudge(Reminder.Kind.DIGEST, manager, period.first, day, context))
    return len(claim_and_post(nudges, at=at))


def _teams(managers: Iterable[StaffMember]) -> Mapping[int | None, list[StaffMember]]:
    """By manager, whoever reports to them and signs in. One statement, none for no managers."""
    ids = [manager.pk for manager in managers]
    teams: defaultdict[int | None, list[StaffMember]] = defaultdict(list)
    if ids:
        for member in reachable().filter(manager__in=ids).order_by("name"):
            teams[member.manager_id].append(member)
    return teams


def _lack(board: TimeBoard, person: StaffMember, period: Period, rules: TimeRules) -> Lack | None:
    since = joined_on(person)
    weeks = weeks_of(board, person, [period], period.last, rules, since=since, unsubmitted=True)
    days = [day for week in weeks for day in week.days]
    drafts = sum(week.draft_minutes for week in weeks)
    said = []
    if days:
        lacking = format_decimal(sum(day.lacking_minutes for day in days))
        said.append(f"{lacking} h missing on {len(days)} {'day' if len(days) == 1 else 'days'}")
    if drafts:
        said.append(f"{format_decimal(drafts)} h not submitted")
    return Lack(person.name, ", ".join(said)) if said else None


def digest_approvals(*, at: datetime) -> int:
    """Tells approvers what came to them since their last such mail; returns how many mails it queued.

    On days on which they work, at the hour of their own clock; none when nothing is new. A constant number of
    statements.
    """
    settings = ReminderSettings.objects.get(pk=1)
    if not settings.sends_approvals:
        return 0
    people = [
        one for one in reachable().order_by("pk") if is_hour(settings.approvals_hour, local_time(one, at))
    ]
    if not people:
        return 0
    seats = waiting_seats()
    waiting = by_receiver(seats, people, at) if seats else {}
    if not waiting:
        return 0
    works = _working_today([person for person in people if person.pk in waiting], at)
    last = dict(
        Reminder.objects.filter(kind=Reminder.Kind.APPROVALS, staff__in=list(waiting))
        .values_list("staff_id")
        .annotate(last=Max("created_at"))
    )
    nudges = []
    for person in people:
        mine = waiting.get(person.pk, []) if person.pk in works else []
        fresh = [seat for seat in mine if person.pk not in last or seat.opened_at > last[person.pk]]
        if fresh:
            day = local_time(person, at).date()
            context = waiting_words(fresh) | {"fresh": len(fresh), "waiting": len(mine)}
            nudges.append(Nudge(Reminder.Kind.APPROVALS, person, day, day, context))
    return len(claim_and_post(nudges, at=at))


def waiting_seats() -> list[Seat]:
    """All seats that are asked now, with what their words need. One statement."""
    waiting = Seat.objects.filter(state=Seat.State.WAITING, request__state="WAITING")
    return list(waiting.select_related("request__owner", "request__policy").order_by("pk"))


def by_receiver(seats: Sequence[Seat], people: Sequence[StaffMember], at: datetime) -> dict[int, list[Seat]]:
    """Who is asked by which seats, of these people: by name, in whose place they decide, by role, or all that is open.

    Nobody is asked about their own. Two statements, however many seats and people.
    """
    delegates: defaultdict[int, list[int]] = defaultdict(list)
    for approver_id, delegate_id in delegations_at(at).values_list("approver_id", "delegate_id"):
        delegates[approver_id].append(delegate_id)
    known = {person.pk for person in people}
    holders: defaultdict[int | None, list[int]] = defaultdict(list)
    roles = Q(user__roles__isnull=False)
    rows = StaffMember.objects.filter(roles, pk__in=known).values_list(
        "pk", "user__roles", "user__roles__rights"
    )
    for staff_id, role_id, rights in rows:
        holders[role_id].append(staff_id)
        if APPROVE_ALL in rights:
            holders[None].append(staff_id)
    found: dict[int, list[Seat]] = {}
    for seat in seats:
        if seat.waits_for_id is not None:
            asked = [seat.waits_for_id, *delegates[seat.waits_for_id]]
        else:
            asked = holders[seat.role_id]
        for staff_id in dict.fromkeys(asked):
            if staff_id in known and staff_id != seat.request.owner_id:
                found.setdefault(staff_id, []).append(seat)
    return found


def waiting_words(seats: Sequence[Seat]) -> dict[str, object]:
    """What a mail about waiting things is told: groups by kind, the oldest day, the page."""
    by_kind: defaultdict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_kind[seat.request.policy.name].append(seat)
    kinds = {seat.request.subject_kind for seat in seats}
    page = "timesheets:approvals" if kinds == {KIND} else "reports:inbox"
    return {
        "groups": [Group(name, _of_whom(of_kind)) for name, of_kind in by_kind.items()],
        "oldest": min(seat.opened_at for seat in seats).date(),
        "url": firm_url(reverse(page)),
    }


def _of_whom(seats: Sequence[Seat]) -> str:
    """12 of Priya Raman and Tomás Almeida; of many people the three with most."""
    names = [name for name, _ in Counter(seat.request.owner.name for seat in seats).most_common()]
    if len(names) > MOST_NAMES:
        return f"{len(seats)} of {', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    *first, last = names
    return f"{len(seats)} of {', '.join(first)} and {last}" if first else f"{len(seats)} of {last}"


def _working_today(people: Sequence[StaffMember], at: datetime) -> set[int]:
    """Who has hours to work on their own today. One statement."""
    days = {person.pk: local_time(person, at).date() for person in people}
    required = required_for(people, min(days.values()), max(days.values())) if days else {}
    return {pk for pk, day in days.items() if required[pk].get(day, 0)}


def next_hour(person: StaffMember, at: datetime, hour: int) -> datetime:
    """The instant from which a mail may leave that is not to come at night: now, or that hour of the person's clock."""
    local = local_time(person, at)
    if hour <= local.hour < 20:
        return at
    day: date = local.date() + (ONE_DAY if local.hour >= 20 else timedelta())
    return datetime(day.year, day.month, day.day, hour, tzinfo=local.tzinfo)


def _missing_url() -> str:
    return firm_url(f"{reverse('timesheets:approvals')}?tab=missing")
