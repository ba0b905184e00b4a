"""Balances of leave as of a day, with the story of each: reckoned for any number of people in four statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from core.periods import ONE_DAY, Period
from people.models import StaffMember
from staffing.accrual import Kind, Movement, Stretch, Terms, movements, running
from staffing.leave_years import leave_year
from staffing.models import LeaveAdjustment, LeaveRequest, LeaveType
from staffing.required import Calendar, calendar_of

BEFORE = date.min
AFTER = date(2999, 12, 31)


@dataclass(frozen=True)
class Balance:
    """What one person has of one kind of leave on a day, in minutes; sums are of the leave year that holds it.

    `story` is everything since the beginning until the end of the last year that anything is planned in.
    """

    staff: StaffMember
    leave_type: LeaveType
    on: date
    story: list[Movement] = field(default_factory=list)
    # An average working day of the person on that day, to show days beside hours; 0 for somebody without hours.
    day_minutes: int = 0

    @property
    def year(self) -> Period:
        return leave_year(self.on, self.leave_type.year_begins_month)

    @property
    def year_story(self) -> list[tuple[Movement, int]]:
        """The movements of the year, each with the balance after it."""
        return [(each, after) for each, after in running(self.story) if each.on in self.year]

    def _sum(self, *kinds: Kind, first: date = BEFORE, last: date = AFTER) -> int:
        inside = (each for each, _ in self.year_story if first <= each.on <= last)
        return sum(each.minutes for each in inside if each.kind in kinds)

    @property
    def carried(self) -> int:
        return self._sum(Kind.CARRIED)

    @property
    def granted(self) -> int:
        """Granted and earned until the day, and corrections by hand."""
        return self._sum(Kind.GRANTED, Kind.ACCRUED, Kind.ADJUSTED, last=self.on)

    @property
    def expired(self) -> int:
        """As a positive number."""
        return -self._sum(Kind.EXPIRED, last=self.on)

    @property
    def taken(self) -> int:
        """Approved leave until the day, as a positive number."""
        return -self._sum(Kind.TAKEN, last=self.on)

    @property
    def planned(self) -> int:
        """Approved leave of the year after the day, as a positive number."""
        return -self._sum(Kind.TAKEN, first=self.on + ONE_DAY)

    @property
    def waiting(self) -> int:
        """Leave of the year that waits for a decision, as a positive number."""
        return -self._sum(Kind.WAITING)

    @property
    def minutes(self) -> int:
        """The balance on the day: what was given, less what was taken and has expired."""
        return self.carried + self.granted - self.taken - self.expired

    @property
    def left(self) -> int:
        """What can still be planned of what is there on the day."""
        return self.minutes - self.planned - self.waiting

    @property
    def to_come(self) -> int:
        """What will be earned by the end of the year."""
        return self._sum(Kind.GRANTED, Kind.ACCRUED, Kind.ADJUSTED, first=self.on + ONE_DAY)

    @property
    def expires(self) -> Movement | None:
        """The next thing that will be lost in this year, if nothing else is taken."""
        coming = (each for each, _ in self.year_story if each.kind == Kind.EXPIRED and each.on > self.on)
        return next(coming, None)

    @property
    def expiring(self) -> int:
        """Minutes that `expires` will take, as a positive number."""
        return -self.expires.minutes if self.expires else 0

    def lowest(self, first: date) -> int:
        """The lowest that it comes to from `first` on, with everything that is approved or waits."""
        later = [after for each, after in running(self.story) if each.on >= first]
        return min(later, default=0)


def terms_of(leave_type: LeaveType) -> Terms:
    """Its rules, as arithmetic wants them."""
    in_days = leave_type.allowance_unit == LeaveType.Unit.DAYS
    return Terms(
        is_yearly=leave_type.accrual == LeaveType.Accrual.YEARLY,
        is_monthly=leave_type.accrual == LeaveType.Accrual.MONTHLY,
        allowance_days=Fraction(leave_type.allowance_days) if in_days else Fraction(0),
        allowance_minutes=0 if in_days else leave_type.allowance_minutes,
        begins_month=leave_type.year_begins_month,
        carry_limit_minutes=leave_type.carry_limit_minutes,
        carry_months=leave_type.carry_months,
    )


def balances_for(
    people: Sequence[StaffMember],
    on: date,
    *,
    types: Sequence[LeaveType] | None = None,
    instead_of: LeaveRequest | None = None,
    proposed: LeaveRequest | None = None,
) -> dict[int, list[Balance]]:
    """The balances of each person as of `on`, by the id of the person, in the order of the kinds of leave.

    `types` are all active ones unless given. `proposed` is counted as if it waited, and `instead_of` is not counted:
    to see what a request would leave. Four statements, however many people.
    """
    chosen = list(LeaveType.objects.offered()) if types is None else list(types)
    if not chosen or not people:
        return {person.pk: [] for person in people}
    leave = list(LeaveRequest.objects.claiming().filter(staff__in=people, leave_type__in=chosen))
    leave = [each for each in leave if instead_of is None or each.pk != instead_of.pk]
    if proposed is not None:
        leave = [each for each in leave if each.pk != proposed.pk or proposed.pk is None] + [proposed]
    adjustments = LeaveAdjustment.objects.filter(staff__in=people, leave_type__in=chosen)
    given = _given(leave, adjustments)
    last_use = max((each.ends_on for each in leave), default=on)
    horizon = max(leave_year(max(on, last_use), each.year_begins_month).last for each in chosen)
    calendar = calendar_of(
        people, min(_begins(person, each) for person in people for each in chosen), horizon
    )
    return {
        person.pk: [_balance(person, leave_type, on, horizon, calendar, given) for leave_type in chosen]
        for person in people
    }


def leave_minutes(request: LeaveRequest, person: StaffMember, calendar: Calendar) -> list[tuple[date, int]]:
    """What each of its days takes from the balance: the pattern's hours, none on holidays and free days."""
    span = request.span
    days = calendar.workdays(person, request.period.days())
    parts = ((day.on, span.minutes(day.on, day.pattern_minutes - day.holiday_minutes)) for day in days)
    return [(on, minutes) for on, minutes in parts if minutes]


@dataclass
class _Given:
    """Leave and corrections by person and kind."""

    leave: Mapping[tuple[int, int], list[LeaveRequest]]
    adjustments: Mapping[tuple[int, int], list[LeaveAdjustment]]


def _given(leave: Iterable[LeaveRequest], adjustments: Iterable[LeaveAdjustment]) -> _Given:
    by_leave: defaultdict[tuple[int, int], list[LeaveRequest]] = defaultdict(list)
    by_adjustment: defaultdict[tuple[int, int], list[LeaveAdjustment]] = defaultdict(list)
    for request in leave:
        by_leave[request.staff_id, request.leave_type_id].append(request)
    for adjustment in adjustments:
        by_adjustment[adjustment.staff_id, adjustment.leave_type_id].append(adjustment)
    return _Given(by_leave, by_adjustment)


def _balance(
    person: StaffMember, leave_type: LeaveType, on: date, horizon: date, calendar: Calendar, given: _Given
) -> Balance:
    key = (person.pk, leave_type.pk)
    changes = [
        Movement(each.on, Kind.ADJUSTED, each.minutes, each.reason) for each in given.adjustments.get(key, ())
    ]
    for request in given.leave.get(key, ()):
        kind = Kind.WAITING if request.is_waiting else Kind.TAKEN
        days = leave_minutes(request, person, calendar)
        changes += [Movement(day, kind, -minutes, "", request.pk) for day, minutes in days]
    story = movements(
        terms_of(leave_type), _stretches(person, leave_type, calendar, horizon), changes, horizon
    )
    workdays = [minutes for minutes in calendar.pattern_of(person, on) if minutes]
    return Balance(person, leave_type, on, story, sum(workdays) // len(workdays) if workdays else 0)


def _begins(person: StaffMember, leave_type: LeaveType) -> date:
    """The first day that counts. Of whom no first day is known, it is that of the year in which they came in here."""
    joined = person.starts_on or leave_year(person.created_at.date(), leave_type.year_begins_month).first
    return max(leave_type.counts_from, joined)


def _stretches(
    person: StaffMember, leave_type: LeaveType, calendar: Calendar, horizon: date
) -> list[Stretch]:
    """The days of employment that count, cut where the working hours change."""
    first = _begins(person, leave_type)
    last = min(horizon, person.ends_on or horizon)
    cuts = sorted({first, *(on for on, _ in calendar.assigned.get(person.pk, ()) if first < on <= last)})
    ends = [*(cut - ONE_DAY for cut in cuts[1:]), last]
    return [
        Stretch(begin, end, sum(calendar.pattern_of(person, begin)))
        for begin, end in zip(cuts, ends, strict=True)
        if begin <= end
    ]
