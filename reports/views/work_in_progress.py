"""Work in progress as of a day with its roll-forward: the page, and the same as a file for spreadsheets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from billing.access import VIEW_BILLING
from billing.views.paging import first_row
from core import clock
from core.money import places
from core.pages import is_fragment, page, spreadsheet
from core.periods import Period, month_of
from core.spreadsheets import number_cell, text_cell
from people.guards import guarded
from reports.views.hours import day_of
from reports.work_in_progress import FIELDS, Row, WorkInProgress, work_in_progress

PROJECTS = 50
HEADS = [
    "Client", "Project", "Code", "Currency", "Opening", "New time", "New expenses", "Revalued", "Billed",
    "Written down", "Written off", "Closing", "0 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days",
    "On draft", "On hold", "Not approved yet",
]  # fmt: skip


def _report(request: HttpRequest) -> WorkInProgress:
    """Of the days in the address, else of this month so far."""
    today = clock.today(request.user)
    first = day_of(request, "first", month_of(today).first)
    last = day_of(request, "last", today)
    return work_in_progress(request.user, min(first, last), max(first, last))


@guarded(VIEW_BILLING)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Fifty projects at a time."""
    report, first, today = _report(request), first_row(request), clock.today(request.user)
    more = request.GET.copy()
    more["from"] = str(first + PROJECTS)
    context = {
        "report": report,
        "rows": report.rows[first : first + PROJECTS],
        "more": min(max(len(report.rows) - first - PROJECTS, 0), PROJECTS),
        "more_url": f"?{more.urlencode()}",
        "shortcuts": _shortcuts(today),
        "query": request.GET.urlencode(),
        # What stands on drafts and on hold is known of now alone.
        "is_now": report.last >= today,
    }
    name = "reports/work_in_progress.html"
    return page(request, f"{name}#rows" if first and is_fragment(request) else name, context)


def _shortcuts(today: date) -> list[tuple[str, Period]]:
    month = month_of(today)
    return [
        ("This month", Period(month.first, today)),
        ("Last month", month.previous()),
        ("This year", Period(date(today.year, 1, 1), today)),
    ]


@guarded(VIEW_BILLING)
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """Every project as comma-separated values."""
    report = _report(request)
    name = f"work-in-progress-{report.first}-{report.last}.csv"
    return spreadsheet(name, HEADS, map(_cells, report.rows))


def _cells(row: Row) -> Iterator[Any]:
    project = row.project
    for text in (project.client.name, project.name, project.code, row.currency):
        yield text_cell(text)
    for name in FIELDS:
        yield number_cell(getattr(row.movement, name), places(row.currency))
