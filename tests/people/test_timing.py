"""Working hours and holidays."""

import pytest

from core.errors import NotAllowed, Refusal
from people.models import Holiday, Office, WorkingPattern
from people.timing import (
    PatternIsDefault,
    PatternIsUsed,
    add_holiday,
    add_pattern,
    edit_pattern,
    remove_holiday,
    remove_pattern,
    set_working_pattern,
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
