"""The public holidays of the United States, by the rules of 5 U.S.C. 6103."""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def federal_holidays(year: int) -> list[tuple[str, date]]:
    """Name and day on which it is observed: on Friday for a Saturday, on Monday for a Sunday."""
    thanksgiving = _weekday(year, 11, 3, 4)
    days = [
        ("New Year’s Day", _observed(date(year, 1, 1))),
        ("Martin Luther King Jr. Day", _weekday(year, 1, 0, 3)),
        ("Washington’s Birthday", _weekday(year, 2, 0, 3)),
        ("Memorial Day", _last_monday_of_may(year)),
        ("Juneteenth", _observed(date(year, 6, 19))),
        ("Independence Day", _observed(date(year, 7, 4))),
        ("Labor Day", _weekday(year, 9, 0, 1)),
        ("Columbus Day", _weekday(year, 10, 0, 2)),
        ("Veterans Day", _observed(date(year, 11, 11))),
        ("Thanksgiving Day", thanksgiving),
        ("Christmas Day", _observed(date(year, 12, 25))),
    ]
    return sorted(days, key=lambda day: day[1])


def _weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The so-and-so-many-th weekday of a month; Monday is 0."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _observed(day: date) -> date:
    return {5: day - ONE_DAY, 6: day + ONE_DAY}.get(day.weekday(), day)
