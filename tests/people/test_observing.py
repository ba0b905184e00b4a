"""Public holidays of an office: previewed, added once, kept when edited, left out for good, next year by itself."""

from datetime import date

import pytest

from core.errors import NotAllowed, Refusal
from core.models import Action
from people.models import Holiday, HolidayLeftOut, Office
from people.observing import (
    NoCalendar,
    UnknownPlace,
    YearIsFar,
    edit_holiday,
    observe_ahead,
    observe_year,
    set_calendar,
)
from people.public_holidays import countries, days_of, preview, subdivisions
from people.timing import add_holiday, remove_holiday
from tests.cast import Cast


@pytest.fixture
def munich(cast: Cast) -> Office:
    office = Office.objects.create(name="Munich")
    return set_calendar(office=office, country="DE", subdivision="BY", by=cast.owner)


def states(office: Office, year: int = 2026) -> dict[str, str]:
    return {day.name: day.state for day in preview(office, year)}


def test_calendars_speak_english_where_they_can() -> None:
    assert ("US", "United States") in countries()
    assert dict(subdivisions("US"))["NY"] == "New York"
    assert subdivisions("XX") == []
    days = {day.name: day.on for day in days_of("DE", "BY", 2026)}
    assert days["Epiphany"] == date(2026, 1, 6)
    # Observed on the Friday before, as the law of the United States has it.
    assert date(2026, 7, 3) in {day.on for day in days_of("US", "", 2026)}
    for code, _ in countries()[::12]:
        assert isinstance(days_of(code, "", 2026), list), code


def test_a_place_without_a_calendar(cast: Cast, munich: Office) -> None:
    for place in (("XX", ""), ("DE", "NY"), ("", "BY")):
        with pytest.raises(UnknownPlace):
            set_calendar(office=munich, country=place[0], subdivision=place[1], by=cast.owner)
    with pytest.raises(NotAllowed):
        set_calendar(office=munich, country="", subdivision="", by=cast.manager)
    bare = Office.objects.create(name="Bare")
    assert list(preview(bare, 2026)) == []
    with pytest.raises(NoCalendar):
        observe_year(office=bare, year=2026, by=cast.owner)
    with pytest.raises(YearIsFar):
        observe_year(office=munich, year=1492, by=cast.owner)


def test_a_year_is_added_once_and_edits_stay(cast: Cast, munich: Office) -> None:
    assert set(states(munich).values()) == {"MISSING"}
    added = observe_year(office=munich, year=2026, by=cast.owner)
    assert len(added) == 12
    assert observe_year(office=munich, year=2026, by=cast.owner) == []
    assert set(states(munich).values()) == {"THERE"}
    labor = Holiday.objects.get(name="Labor Day")
    edit_holiday(holiday=labor, name="May Day", on=date(2026, 5, 4), by=cast.owner)
    assert states(munich)["Labor Day"] == "EDITED"
    assert observe_year(office=munich, year=2026, by=cast.owner) == []
    assert Holiday.objects.get(pk=labor.pk).name == "May Day"
    with pytest.raises(Refusal) as caught:
        edit_holiday(holiday=labor, name="May Day", on=date(2026, 1, 6), by=cast.owner)
    assert caught.value.field == "on"


def test_what_is_there_already_is_not_doubled(cast: Cast, munich: Office) -> None:
    add_holiday(name="Silvester", on=date(2026, 12, 25), by=cast.owner, office=munich)
    add_holiday(name="New Year", on=date(2026, 1, 1), by=cast.owner)
    found = states(munich)
    assert (found["Christmas Day"], found["New Year's Day"]) == ("THERE", "FIRM")
    assert len(observe_year(office=munich, year=2026, by=cast.owner)) == 10


def test_what_is_left_out_stays_out(cast: Cast, munich: Office) -> None:
    wanted = {day.on for day in preview(munich, 2026) if day.name != "Corpus Christi"}
    observe_year(office=munich, year=2026, days=wanted, by=cast.owner)
    remove_holiday(holiday=Holiday.objects.get(name="Epiphany"), by=cast.owner)
    assert states(munich, 2027)["Corpus Christi"] == states(munich, 2027)["Epiphany"] == "LEFT_OUT"
    names = {day.name for day in observe_year(office=munich, year=2027, by=cast.owner)}
    assert "Corpus Christi" not in names
    # Whoever changes their mind ticks it again.
    epiphany = date(2027, 1, 6)
    assert [day.on for day in observe_year(office=munich, year=2027, days={epiphany}, by=cast.owner)] == [
        epiphany
    ]
    assert not HolidayLeftOut.objects.filter(name="Epiphany").exists()


def test_the_coming_year_comes_by_itself(cast: Cast, munich: Office) -> None:
    # Not where nobody has taken a day of the calendar yet.
    assert observe_ahead(on=date(2026, 11, 25)) == 0
    wanted = {day.on for day in preview(munich, 2026) if day.name != "Corpus Christi"}
    observe_year(office=munich, year=2026, days=wanted, by=cast.owner)
    assert observe_ahead(on=date(2026, 11, 25)) == 11
    written = Action.objects.count()
    assert observe_ahead(on=date(2026, 11, 26)) == 0
    assert Action.objects.count() == written
    assert not Holiday.objects.filter(name="Corpus Christi").exists()
