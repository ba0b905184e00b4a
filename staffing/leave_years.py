"""Leave years: twelve months that begin with a month of the firm's choice."""

from datetime import date

from core.periods import ONE_DAY, Period, month_of


def leave_year(on: date, begins_month: int) -> Period:
    """The leave year that holds the day."""
    first = date(on.year if on.month >= begins_month else on.year - 1, begins_month, 1)
    return Period(first, first.replace(year=first.year + 1) - ONE_DAY)


def months_of(year: Period) -> list[Period]:
    """Its twelve months, the first first."""
    months = [month_of(year.first)]
    while months[-1].last < year.last:
        months.append(months[-1].next())
    return months


def year_label(year: Period) -> str:
    """2026, or 2026/27 where it does not begin in January."""
    if year.first.year == year.last.year:
        return str(year.first.year)
    return f"{year.first.year}/{year.last.year % 100:02d}"
