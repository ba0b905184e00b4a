"""Working hours and holidays."""

from datetime import date

import pytest

from core.errors import NotAllowed, Refusal
from people.models import Holiday, Office, WorkingPattern
from people.pattern_history import history_of
from people.timing import (
    PatternIsDefault,
    PatternIsUsed,
    add_holiday,
    add_pattern,
    assign_pattern,
    edit_pattern,
    remove_holiday,
    remove_pattern,
    set_working_pattern,
    unassign_pattern,
)
from tests.cast import TODAY, Cast

FOUR_DAYS = (480, 480, 480, 480, 0, 0, 0)


def test_patterns(cast: Cast) -> None:
    full = WorkingPattern.objects.get(is_default=True)
    four = add_pattern(name="Four days", minutes=FOUR_DAYS, by=cast.owner)
    assert four.minutes_by_weekday == FOUR_DAYS
    assert four.week_minutes == 1920
    set_working_pattern(staff=cast.member.staff_member, pattern=four, by=cast.owner)
    with pytest.raises(PatternIsUsed, match="1 person"):
        remove_pattern(pattern=four, by=cast.owner)
    with pytest.raises(PatternIsDefault):
        remove_pattern(pattern=full, by=cast.owner)
    edit_pattern(pattern=four, name="Four days", minutes=FOUR_DAYS, is_default=True, by=cast.owner)
    assert WorkingPattern.objects.get(is_default=True) == four
    # A default stays one until another takes its place.
    edit_pattern(pattern=four, name="Four days", minutes=FOUR_DAYS, is_default=False, by=cast.owner)
    assert WorkingPattern.objects.get(is_default=True) == four
    remove_pattern(pattern=full, by=cast.owner)
    with pytest.raises(Refusal, match="one of this name"):
        add_pattern(name="Four days", minutes=FOUR_DAYS, by=cast.owner)
    with pytest.raises(NotAllowed):
        add_pattern(name="Mine", minutes=FOUR_DAYS, by=cast.manager)


def test_hours_from_a_day_on(cast: Cast) -> None:
    staff = cast.member.staff_member
    four = add_pattern(name="Four days", minutes=FOUR_DAYS, by=cast.owner)
    short = add_pattern(name="Mornings", minutes=(240,) * 5 + (0, 0), by=cast.owner)
    spring = assign_pattern(staff=staff, pattern=four, starts_on=date(2026, 3, 1), by=cast.owner)
    assign_pattern(staff=staff, pattern=short, starts_on=date(2027, 1, 1), by=cast.owner)
    rows = history_of(staff, TODAY)
    assert [(row.pattern.name, row.starts_on, row.is_now) for row in rows if row.pattern] == [
        (WorkingPattern.objects.get(is_default=True).name, None, False),
        ("Four days", date(2026, 3, 1), True),
        ("Mornings", date(2027, 1, 1), False),
    ]
    assert rows[0].is_default
    # The same day again replaces it; others are asked about the person, not about the row.
    assign_pattern(staff=staff, pattern=short, starts_on=date(2026, 3, 1), by=cast.owner)
    assert [row.is_now for row in history_of(staff, date(2026, 2, 28))] == [True, False, False]
    with pytest.raises(PatternIsUsed, match="1 person"):
        remove_pattern(pattern=short, by=cast.owner)
    remove_pattern(pattern=four, by=cast.owner)
    spring.refresh_from_db()
    for act in (
        lambda: assign_pattern(staff=staff, pattern=short, starts_on=TODAY, by=cast.manager),
        lambda: unassign_pattern(assignment=spring, by=cast.manager),
    ):
        with pytest.raises(NotAllowed):
            act()
    unassign_pattern(assignment=spring, by=cast.owner)
    assert len(history_of(staff, TODAY)) == 2


def test_holidays(cast: Cast) -> None:
    office = Office.objects.create(name="Austin")
    everywhere = add_holiday(name="New Year", on=TODAY, by=cast.owner)
    add_holiday(name="Fair", on=TODAY, office=office, by=cast.owner)
    for where in (None, office):
        with pytest.raises(Refusal) as caught:
            add_holiday(name="Again", on=TODAY, office=where, by=cast.owner)
        assert caught.value.field == "on"
    remove_holiday(holiday=everywhere, by=cast.owner)
    assert Holiday.objects.count() == 1
    with pytest.raises(NotAllowed):
        remove_holiday(holiday=Holiday.objects.get(), by=cast.member)
