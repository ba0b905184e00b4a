"""Submitting: the dialog with sums and open issues, resubmitting what was returned, recalling."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import now
from core.errors import NotAllowed, Refusal
from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from people.guards import staff_only
from timesheets.models import TimeEntry
from timesheets.submission import Choice, Submission, submission_for
from timesheets.submit_forms import SubmitForm, parse_choice
from timesheets.submitting import Submission as Done
from timesheets.submitting import recall_time, submit_time
from timesheets.views.frames import Frame, frame_of


@staff_only
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, on: date) -> HttpResponse:
    """Asks, then submits the lines that the person has read the sums of."""
    frame = frame_of(request, on)
    choice = parse_choice(request.POST if request.method == "POST" else request.GET)
    found = _found(frame, choice)
    form = _form(found, request)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            done = submit_time(
                staff=frame.staff,
                entry_ids=[entry.pk for entry in found.entries],
                by=frame.by,
                at=now(),
                signature=form.signature(request.META.get("REMOTE_ADDR")),
                acknowledged=form.cleaned_data["acknowledged"],
                days=found.whole_days,
                seen=form.cleaned_data["seen"],
            )
            return _submitted(frame, done)
    return _dialog(frame, found, form)


@staff_only
@require_POST
def resubmit(request: HttpRequest, on: date) -> HttpResponse:
    """Submits the returned lines of the week and nothing else; asks where something is open or to be signed."""
    frame = frame_of(request, on)
    ids = [entry.pk for entry in frame.week().returned]
    try:
        return _submitted(
            frame, submit_time(staff=frame.staff, entry_ids=ids, by=frame.by, at=now(), days=[])
        )
    except NotAllowed:
        raise
    except Refusal:
        found = _found(frame, Choice(returned_only=True))
        if not found.entries:
            raise
        response = _dialog(frame, found, _form(found))
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
        return response


@staff_only
@require_POST
def recall(request: HttpRequest, on: date) -> HttpResponse:
    """Takes the submitted lines of the week back while nobody has decided on them."""
    frame = frame_of(request, on)
    submitted = [entry.pk for entry in frame.week().in_state(TimeEntry.State.SUBMITTED)]
    ids = recall_time(staff=frame.staff, entry_ids=submitted, by=frame.by, at=now())
    toast(request, f"{_count(len(ids))} recalled. You can edit and submit again.")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _found(frame: Frame, choice: Choice) -> Submission:
    return submission_for(frame.staff, frame.on, frame.today, frame.rules, choice, style=frame.by.hours_style)


def _form(found: Submission, request: HttpRequest | None = None) -> SubmitForm:
    posted = request.POST if request is not None and request.method == "POST" else None
    return SubmitForm(
        posted, is_signed=found.rules.asks_signature, warns=bool(found.warnings), initial={"certified": True}
    )


def _dialog(frame: Frame, found: Submission, form: SubmitForm) -> HttpResponse:
    context = {"frame": frame, "found": found, "form": form, "action": frame.url("submit", frame.on)}
    return page(frame.request, "timesheets/submit.html", context, status=422 if form.errors else 200)


def _submitted(frame: Frame, done: Done) -> HttpResponse:
    waits = f" {' and '.join(done.waits_for)} decides next." if len(done.waits_for) == 1 else ""
    hours = format_minutes(done.minutes, frame.by.hours_style)
    toast(frame.request, f"{_count(len(done.entry_ids))} submitted, {hours} h.{waits}")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
