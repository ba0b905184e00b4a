"""Submitting a week: the dialog with sums and open issues, resubmitting what was returned, recalling."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import now
from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from people.guards import staff_only
from timesheets.forms import SubmitForm
from timesheets.models import TimeEntry
from timesheets.review import next_approvers
from timesheets.submitting import Submission, recall_time, submit_time
from timesheets.views.frames import Frame, frame_of
from timesheets.week import Week


@staff_only
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, on: date) -> HttpResponse:
    """Asks, then submits the drafts of the week that the person has read the sums of."""
    frame = frame_of(request, on)
    week = frame.week()
    form = SubmitForm(request.POST or None, initial={"certified": True})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] != seen_of(week.drafts):
            form.add_error(None, "These hours changed meanwhile. Read the sums again, then submit.")
        else:
            with refusals_into(form):
                done = submit_time(staff=frame.staff, entry_ids=_ids(week.drafts), by=frame.by, at=now())
                return _submitted(frame, done)
    return _dialog(frame, week, form)


@staff_only
@require_POST
def resubmit(request: HttpRequest, on: date) -> HttpResponse:
    """Submits the returned lines of the week and nothing else."""
    frame = frame_of(request, on)
    returned = frame.week().returned
    done = submit_time(staff=frame.staff, entry_ids=_ids(returned), by=frame.by, at=now())
    return _submitted(frame, done)


@staff_only
@require_POST
def recall(request: HttpRequest, on: date) -> HttpResponse:
    """Takes the submitted lines of the week back while nobody has decided on them."""
    frame = frame_of(request, on)
    ids = recall_time(staff=frame.staff, entry_ids=_ids(frame.week().submitted), by=frame.by, at=now())
    toast(request, f"{_count(len(ids))} recalled. You can edit and submit again.")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def seen_of(entries: list[TimeEntry]) -> str:
    """What a dialog showed, to notice a change before it is submitted."""
    return ",".join(f"{entry.pk}.{entry.version}" for entry in entries)


def _dialog(frame: Frame, week: Week, form: SubmitForm) -> HttpResponse:
    drafts = week.drafts
    minutes = sum(entry.worked_minutes for entry in drafts)
    noteless = [
        cell
        for row in week.rows
        for cell in row.cells
        if any(not entry.note for entry in cell.entries if entry.state == TimeEntry.State.DRAFT)
    ]
    context = {
        "frame": frame,
        "week": week,
        "form": form,
        "drafts": drafts,
        "minutes": minutes,
        "billable_minutes": sum(entry.billable_minutes for entry in drafts),
        "noteless": noteless if week.rules.requires_notes else [],
        "short_days": [day for day in week.days if day.is_short],
        "next": next_approvers(drafts),
        "seen": seen_of(drafts),
        "action": frame.url("submit"),
    }
    return page(frame.request, "timesheets/submit.html", context, status=422 if form.errors else 200)


def _submitted(frame: Frame, done: Submission) -> HttpResponse:
    waits = f" {' and '.join(done.waits_for)} decides next." if len(done.waits_for) == 1 else ""
    hours = format_minutes(done.minutes, frame.by.hours_style)
    toast(frame.request, f"{_count(len(done.entry_ids))} submitted, {hours} h.{waits}")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _ids(entries: list[TimeEntry]) -> list[int]:
    return [entry.pk for entry in entries]


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
