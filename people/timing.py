"""Working hours and holidays."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import ProtectedError, Q

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import MANAGE_FIRM, MANAGE_PEOPLE, require
from people.models import (
    Holiday,
    HolidayLeftOut,
    Office,
    PatternAssignment,
    StaffMember,
    User,
    WorkingPattern,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class PatternIsDefault(Refusal):
    sentence = "{name} is what everybody has who has no other. Make another one the default first."


class PatternIsUsed(Refusal):
    sentence = "{count} work by it. Give them other hours first."


def add_pattern(
    *, name: str, minutes: Sequence[int], by: User | None, is_default: bool = False
) -> WorkingPattern:
    """Required minutes for each weekday, Monday first."""
    require(by, MANAGE_FIRM)
    with promises(), transaction.atomic():
        if is_default:
            _clear_default()
        pattern = WorkingPattern.objects.create(name=name, is_default=is_default, **_by_weekday(minutes))
        audit.acting("pattern.add", by=by, subject=pattern)
    return pattern


def edit_pattern(
    *, pattern: WorkingPattern, name: str, minutes: Sequence[int], by: User | None, is_default: bool = False
) -> WorkingPattern:
    """Changes hours for everybody who works by them, past weeks included. The default stays one until another is."""
    require(by, MANAGE_FIRM)
    with promises(), transaction.atomic():
        pattern = WorkingPattern.objects.select_for_update().get(pk=pattern.pk)
        audit.acting("pattern.edit", by=by, subject=pattern)
        if is_default and not pattern.is_default:
            _clear_default()
        pattern.name, pattern.is_default = name, pattern.is_default or is_default
        for field, value in _by_weekday(minutes).items():
            setattr(pattern, field, value)
        pattern.save()
    return pattern


def remove_pattern(*, pattern: WorkingPattern, by: User | None) -> None:
    """Removes hours that nobody works by. Raises PatternIsDefault, PatternIsUsed."""
    require(by, MANAGE_FIRM)
    with transaction.atomic():
        pattern = WorkingPattern.objects.select_for_update().get(pk=pattern.pk)
        if pattern.is_default:
            raise PatternIsDefault(name=pattern.name)
        audit.acting("pattern.remove", by=by, subject=pattern, name=pattern.name)
        try:
            pattern.delete()
        except ProtectedError as error:
            count = (
                StaffMember.objects.filter(
                    Q(working_pattern=pattern) | Q(pattern_assignments__pattern=pattern)
                )
                .distinct()
                .count()
            )
            raise PatternIsUsed(count="1 person" if count == 1 else f"{count} people") from error


def set_working_pattern(
    *, staff: StaffMember, pattern: WorkingPattern | None, by: User | None
) -> StaffMember:
    """The hours one person begins with, until the first dated change; None is the firm's default."""
    require(by, MANAGE_PEOPLE)
    with transaction.atomic():
        staff = StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)
        audit.acting("staff.set_working_pattern", by=by, subject=staff)
        staff.working_pattern = pattern
        staff.save(update_fields=["working_pattern"])
    return staff


def assign_pattern(
    *, staff: StaffMember, pattern: WorkingPattern, starts_on: date, by: User | None
) -> PatternAssignment:
    """Other hours for one person from a day on, until the next change. Replaces a change on the same day."""
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        staff = StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)
        audit.acting("staff.assign_pattern", by=by, subject=staff, pattern=pattern.name, starts_on=starts_on)
        assignment, _ = PatternAssignment.objects.update_or_create(
            staff=staff, starts_on=starts_on, defaults={"pattern": pattern}
        )
    return assignment


def unassign_pattern(*, assignment: PatternAssignment, by: User | None) -> None:
    """Takes a dated change back: the hours before it go on. assign_pattern is the inverse."""
    require(by, MANAGE_PEOPLE)
    with transaction.atomic():
        audit.acting(
            "staff.unassign_pattern", by=by, subject=assignment.staff, starts_on=assignment.starts_on
        )
        assignment.delete()


def add_holiday(*, name: str, on: date, by: User | None, office: Office | None = None) -> Holiday:
    """A day without required hours, for one office or for all. Raises the promise people_holiday_once (field on)."""
    require(by, MANAGE_FIRM)
    with promises(), transaction.atomic():
        holiday = Holiday.objects.create(name=name, on=on, office=office)
        audit.acting("holiday.add", by=by, subject=holiday, on=on)
    return holiday


def remove_holiday(*, holiday: Holiday, by: User | None) -> None:
    """The day is a working day again; add_holiday is the inverse. A public holiday stays away in later years too."""
    require(by, MANAGE_FIRM)
    with transaction.atomic():
        audit.acting("holiday.remove", by=by, subject=holiday, name=holiday.name, on=holiday.on)
        if holiday.calendar_name and holiday.office is not None:
            HolidayLeftOut.objects.get_or_create(office=holiday.office, name=holiday.calendar_name)
        holiday.delete()


def _clear_default() -> None:
    WorkingPattern.objects.select_for_update().filter(is_default=True).update(is_default=False)


def _by_weekday(minutes: Sequence[int]) -> dict[str, int]:
    if len(minutes) != 7:
        raise ValueError("A week has seven days.")
    return {f"{day}_minutes": value for day, value in zip(WEEKDAYS, minutes, strict=True)}
