"""The dialog for work of a locked day, which is dated to the first open one."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from people.guards import staff_only
from timesheets.dating import first_open_day, record_late
from timesheets.days import DayIsLocked, day_words
from timesheets.late_forms import LateForm
from timesheets.rows import place_for
from timesheets.views.frames import Frame, frame_of


@staff_only
@require_http_methods(["GET", "POST"])
def late(request: HttpRequest, on: date) -> HttpResponse:
    """Asks which day, what and how long; says where it went."""
    frame = frame_of(request, on)
    target = first_open_day(frame.rules)
    if target is None:
        raise DayIsLocked(day=day_words(on))
    days = [day for day in frame.period if day < target]
    form = LateForm(request.POST or None, days=days)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), frame.reasoned():
            entry = record_late(staff=frame.staff, by=frame.by, on=frame.today, **form.wish)
            hours = format_minutes(entry.worked_minutes, frame.by.hours_style)
            words = f"{hours} h of {day_words(form.wish['worked_on'])} stand on {day_words(target)}."
            toast(request, words)
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _dialog(frame, form, target)


def _dialog(frame: Frame, form: LateForm, target: date) -> HttpResponse:
    row = form.cleaned_data.get("row") if form.is_bound else None
    context = {
        "form": form,
        "target": target,
        "place": place_for(frame.staff, row) if row else None,
        "search_url": frame.search_url,
        "asks_reason": frame.rules.is_dcaa,
        "action": frame.url("late-time"),
    }
    return page(frame.request, "timesheets/late.html", context, status=422 if form.errors else 200)
