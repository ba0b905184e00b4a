"""Hours and amounts by project and person: the page, and the same as a file for spreadsheets."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from core import clock
from core.minutes import format_decimal
from core.money import places
from core.pages import is_fragment, page, spreadsheet
from core.periods import Period, month_of
from core.spreadsheets import number_cell, text_cell
from people.guards import guarded
from projects.access import VIEW_ALL_PROJECTS
from reports.hours import HoursReport, hours_report

PROJECTS = 50
HEAD = ["Client", "Project", "Code", "Person", "Hours", "Billable hours"]


def day_of(request: HttpRequest, name: str, fallback: date) -> date:
    """The day under this name in the address, else `fallback`. Raises Http404 for what is no date."""
    try:
        return parse_date(request.GET.get(name, "")) or fallback
    except ValueError as error:
        raise Http404 from error


def _report(request: HttpRequest) -> HoursReport:
    """The report of the period in the address, else of this month."""
    month = month_of(clock.today(request.user))
    first, last = day_of(request, "first", month.first), day_of(request, "last", month.last)
    period = Period(min(first, last), max(first, last))
    return hours_report(period, by=request.user, only_approved=request.GET.get("approved") == "1")


@guarded(VIEW_ALL_PROJECTS)
@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """Fifty projects at a time."""
    report = _report(request)
    projects = report.projects
    text = request.GET.get("from", "")
    first = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    more = request.GET.copy()
    more["from"] = str(first + PROJECTS)
    context = {
        "report": report,
        "projects": projects[first : first + PROJECTS],
        "count": len(projects),
        "more_count": min(max(len(projects) - first - PROJECTS, 0), PROJECTS),
        "more_url": f"?{more.urlencode()}",
        "only_approved": request.GET.get("approved") == "1",
        "shortcuts": shortcuts(clock.today(request.user)),
        "query": request.GET.urlencode(),
    }
    return page(request, "reports/hours.html#rows" if is_fragment(request) else "reports/hours.html", context)


def shortcuts(today: date) -> list[tuple[str, Period]]:
    """Periods that are asked for most."""
    month = month_of(today)
    return [
        ("This month", month),
        ("Last month", month.previous()),
        ("This year", Period(date(today.year, 1, 1), date(today.year, 12, 31))),
        ("Last 12 months", Period(month.last - timedelta(days=364), month.last)),
    ]


@guarded(VIEW_ALL_PROJECTS)
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """Every line as comma-separated values, hours with two decimals."""
    report = _report(request)
    name = f"hours-{report.period.first}-{report.period.last}.csv"
    head = [*HEAD, *(["Hours without a rate", "Amount", "Currency"] if report.has_amounts else [])]
    return spreadsheet(name, head, (_cells(line, report.has_amounts) for line in report.lines))


def _cells(line: Any, has_amounts: bool) -> list[str]:
    cells = [text_cell(name) for name in (line.client, line.project, line.code, line.person)]
    cells += [format_decimal(line.worked), format_decimal(line.billable)]
    if has_amounts:
        amount = number_cell(line.amount, places(line.currency))
        cells += [format_decimal(line.unrated), amount, line.currency]
    return cells
