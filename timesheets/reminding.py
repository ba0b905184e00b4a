"""Reminding people of time that is missing: by the firm's rules, and by hand. One mail a day at most for a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from core import audit
from core.errors import NotAllowed
from core.hosts import firm_url
from core.minutes import format_decimal
from core.periods import Period, week_of
from people.access import has_right
from people.models import StaffMember, User
from timesheets.access import APPROVE_ALL, require_decider
from timesheets.claiming import Nudge, claim_and_post
from timesheets.missing import Counts, DayTime, TimeBoard
from timesheets.models import Reminder, ReminderRule, ReminderSettings, TimeRules
from timesheets.periods import period_words, periods_between
from timesheets.reminder_days import Asked, asked_by, span_of
from timesheets.timer_days import zone_or_utc

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reminded:
    """How many mails were queued, how many people had one today already, how many lack nothing."""

    sent: int
    already: int
    complete: int = 0


@dataclass(frozen=True)
class WeekLack:
    """A week in a mail: its days that lack time, its minutes that were not submitted, and where to fill it in."""

    label: str
    url: str
    days: list[DayTime]
    draft_minutes: int = 0


def reachable() -> QuerySet[StaffMember]:
    """Staff members who can be written to: active, with an active sign-in."""
    return StaffMember.objects.working().filter(user__is_active=True).select_related("user")


def remind(*, staff_ids: Sequence[int], period: Period, by: User | None, at: datetime) -> Reminded:
    """Reminds these people of their days of the period that lack time or are not submitted, today's own not counted.

    Several periods of submission may be meant; each counts for itself. At most one mail a day for a person, whoever
    sends it. People who lack nothing that can still be entered, and those who cannot be written to, get none. Raises
    NotAllowed unless `by` decides on all time, or on that of these people as their manager or as the lead of a project
    they are on. A constant number of statements.
    """
    require_decider(by)
    people = list(reachable().filter(pk__in=staff_ids).order_by("pk"))
    _check_may_remind(by, people)
    if not people:
        return Reminded(0, 0)
    with transaction.atomic():
        rules = TimeRules.objects.get(pk=1)
        board = TimeBoard(people, period.first, period.last)
        parts = [part.overlap(period) for part in periods_between(rules, period.first, period.last)]
        nudges = []
        for person in people:
            today = local_time(person, at).date()
            until = today - ONE_DAY if period.first <= today < period.last else period.last
            weeks = weeks_of(board, person, filter(None, parts), until, rules, unsubmitted=True)
            if weeks:
                nudges.append(missing_nudge(person, period, today, weeks))
        audit.acting("time.remind", by=by, staff_ids=[nudge.staff.pk for nudge in nudges])
        sent = claim_and_post(nudges, at=at, by_name=by.name if by else "", reply_to=by.email if by else "")
    return Reminded(len(sent), len(nudges) - len(sent), len(people) - len(nudges))


def remind_due(*, at: datetime) -> int:
    """Reminds whoever lacks time by the firm's rules, by their own clocks; returns how many mails it queued.

    Whoever lacks nothing any more, or had their mail of the day, gets none. Days before somebody joined, and days that
    are locked, do not count. A constant number of statements, however many people.
    """
    settings, rules = ReminderSettings.objects.get(pk=1), TimeRules.objects.get(pk=1)
    listed = list(
        ReminderRule.objects.filter(is_active=True).prefetch_related("roles", "departments").order_by("pk")
    )
    asked = _asked(listed, at, rules, settings.due_after_days) if listed else {}
    if not asked:
        return 0
    had = _had_mail({(person.pk, local_time(person, at).date()) for person in asked})
    asked = {person: wishes for person, wishes in asked.items() if person.pk not in had}
    if not asked:
        return 0
    span = span_of(wish for wishes in asked.values() for wish in wishes)
    board = TimeBoard(list(asked), span.first, span.last)
    nudges = [_nudge(board, person, wishes, at, rules) for person, wishes in asked.items()]
    return len(claim_and_post([nudge for nudge in nudges if nudge is not None], at=at))


def local_time(person: StaffMember, at: datetime) -> datetime:
    """The person's own clock."""
    return at.astimezone(zone_or_utc(person.user.time_zone if person.user else ""))


def joined_on(person: StaffMember) -> date:
    """From which day the person is asked for time: their first day, else the day on which they were added."""
    return person.starts_on or person.created_at.date()


def missing_nudge(person: StaffMember, period: Period, day: date, weeks: Sequence[WeekLack]) -> Nudge:
    """The mail about missing time."""
    days = [one for week in weeks for one in week.days]
    minutes = sum(one.lacking_minutes for one in days)
    context = {
        "weeks": weeks,
        "day_count": len(days),
        "lacking": format_decimal(minutes),
        "url": weeks[-1].url,
    }
    return Nudge(Reminder.Kind.MISSING, person, period.first, day, context, minutes=minutes)


def weeks_of(
    board: TimeBoard,
    person: StaffMember,
    periods: Iterable[Period],
    until: date,
    rules: TimeRules,
    *,
    counts: str = Counts.RECORDED,
    percent: int = 100,
    since: date | None = None,
    unsubmitted: bool = False,
) -> list[WeekLack]:
    """What the periods lack, by week of the grid, the earliest first: each week has its own link. Locked days are left
    out, since nobody can fill them in."""
    if rules.locked_through is not None:
        since = max(since or rules.locked_through, rules.locked_through + ONE_DAY)
    days: dict[date, list[DayTime]] = {}
    drafts: dict[date, int] = {}
    for period in periods:
        lacking = board.lacking(person.pk, period, until, counts=counts, percent=percent, since=since)
        for day in lacking:
            days.setdefault(week_of(day.on, rules.week_starts_on).first, []).append(day)
        if unsubmitted:
            for on, minutes in board.drafts(person.pk, period).items():
                first = week_of(on, rules.week_starts_on).first
                drafts[first] = drafts.get(first, 0) + minutes
    return [
        WeekLack(
            period_words(week_of(first, rules.week_starts_on)),
            firm_url(reverse("timesheets:week", args=[first])),
            days.get(first, []),
            drafts.get(first, 0),
        )
        for first in sorted({*days, *drafts})
    ]


def _check_may_remind(by: User | None, people: Sequence[StaffMember]) -> None:
    """Raises NotAllowed for somebody whose time the person does not decide on."""
    if has_right(by, APPROVE_ALL):
        return
    member = by.staff_member if by else None
    if member is None:
        raise NotAllowed
    own = Q(manager=member) | Q(memberships__project__lead=member)
    theirs = set(
        StaffMember.objects.filter(own, pk__in=[one.pk for one in people]).values_list("pk", flat=True)
    )
    if any(person.pk not in theirs for person in people):
        raise NotAllowed("You remind people whose time you decide on.")


def _asked(
    listed: Sequence[ReminderRule], at: datetime, rules: TimeRules, due_after_days: int
) -> dict[StaffMember, list[Asked]]:
    """By person, what the rules ask now. One statement, and none when it is nobody's hour."""
    people = reachable().annotate(
        role_ids=ArrayAgg("user__roles", filter=Q(user__roles__isnull=False), default=[])
    )
    groups = [
        ({role.pk for role in rule.roles.all()}, {one.pk for one in rule.departments.all()})
        for rule in listed
    ]
    found: dict[StaffMember, list[Asked]] = {}
    for person in people.order_by("pk"):
        local = local_time(person, at)
        for rule, (roles, departments) in zip(listed, groups, strict=True):
            is_meant = (not roles or roles & set(person.role_ids)) and (
                not departments or person.department_id in departments
            )
            wish = asked_by(rule, local, rules, due_after_days) if is_meant else None
            if wish is not None:
                found.setdefault(person, []).append(wish)
    return found


def _had_mail(people: set[tuple[int, date]]) -> set[int]:
    """Who had a mail about missing time on that day of theirs. One statement."""
    had = Reminder.objects.filter(kind=Reminder.Kind.MISSING, day__in={day for _, day in people})
    return {staff_id for staff_id, day in had.values_list("staff_id", "day") if (staff_id, day) in people}


def _nudge(
    board: TimeBoard, person: StaffMember, wishes: Sequence[Asked], at: datetime, rules: TimeRules
) -> Nudge | None:
    """The one mail for all that the rules ask of a person; None when nothing is missing."""
    weeks: dict[str, WeekLack] = {}
    for wish in wishes:
        lacking = weeks_of(
            board,
            person,
            wish.periods,
            wish.until,
            rules,
            counts=wish.counts,
            percent=wish.percent,
            since=joined_on(person),
            unsubmitted=False,
        )
        for week in lacking:
            known = weeks.get(week.url)
            if known is None or len(week.days) > len(known.days):
                weeks[week.url] = week
    if not weeks:
        return None
    listed = [weeks[url] for url in sorted(weeks)]
    return missing_nudge(person, wishes[-1].period, local_time(person, at).date(), listed)
