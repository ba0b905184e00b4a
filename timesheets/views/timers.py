"""Timers: the page of today's, and what the buttons of the shell, the grid and this page do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import staff_only
from timesheets import timers as operations
from timesheets.models import Timer, TimeRules
from timesheets.reasons import giving
from timesheets.rows import place_for
from timesheets.timer_forms import StartForm, TimerForm
from timesheets.timer_list import measured_minutes, running_timer, shown, timers_of
from timesheets.timer_words import stopped_words


@staff_only
@require_GET
def timers(request: HttpRequest) -> HttpResponse:
    """The timers of today, and what is kept from earlier days."""
    today = clock.today(request.user)
    listed = timers_of(request.user.staff_member, today, clock.now())
    context = {
        "today": today,
        "timers": listed,
        "measured": measured_minutes(listed, today),
        "search_url": reverse("timesheets:week-row-search", args=[today]),
    }
    return page(request, "timesheets/timers.html", context)


@staff_only
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Starts a timer, on a row or on none."""
    form = StartForm(request.POST)
    form.full_clean()
    staff, at = request.user.staff_member, clock.now()
    row, note = form.cleaned_data.get("row"), form.cleaned_data.get("note", "")
    operations.start(staff=staff, row=row, note=note, by=request.user, at=at)
    return _answer(request)


@staff_only
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stops the running timer and puts its minutes into the week, or says why they are kept."""
    staff, at = request.user.staff_member, clock.now()
    running = running_timer(staff, at)
    entries = operations.stop(staff=staff, by=request.user, at=at)
    if running is not None:
        kept = Timer.objects.filter(pk=running.pk).first()
        toast(request, stopped_words(running, kept, entries))
    return _answer(request)


@staff_only
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stops the clock without writing."""
    operations.pause(staff=request.user.staff_member, by=request.user, at=clock.now())
    return _answer(request)


@staff_only
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes on with a timer."""
    operations.resume(timer=_own(request, pk), by=request.user, at=clock.now())
    return _answer(request)


@staff_only
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts what a stopped timer holds into the week, or tries it again."""
    timer, at = _own(request, pk), clock.now()
    entries = operations.finish(timer=timer, by=request.user, at=at)
    before = shown(timer, at, timer.worked_on)
    toast(request, stopped_words(before, Timer.objects.get(pk=pk), entries))
    return _answer(request)


@staff_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog that says what a timer is for, and corrects what it measured."""
    timer, at = _own(request, pk), clock.now()
    seen = shown(timer, at, clock.today(request.user))
    row = operations.row_of(timer)
    form = TimerForm(
        request.POST or None, initial={"row": str(row or ""), "note": timer.note, "text": seen.clock}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), giving(by=request.user, text=form.cleaned_data["reason"]):
            operations.assign(timer=timer, **form.wish, by=request.user, at=at)
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {
        "form": form,
        "shown": seen,
        "place": place_for(timer.staff, row) if row else None,
        "asks_reason": TimeRules.objects.filter(pk=1, is_dcaa=True).exists() or seen.is_kept,
        "search_url": reverse("timesheets:week-row-search", args=[seen.today]),
        "action": request.path,
    }
    return page(request, "timesheets/timer.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws a timer away."""
    operations.discard(timer=_own(request, pk), by=request.user, at=clock.now())
    toast(request, "Timer thrown away.")
    return _answer(request)


def _own(request: HttpRequest, pk: int) -> Timer:
    """One of the person's own timers."""
    own = Timer.objects.with_place().select_related("staff__user")
    return get_object_or_404(own, pk=pk, staff=request.user.staff_member)


def _answer(request: HttpRequest) -> HttpResponse:
    """To htmx the shell's timer as it is now, with the fact; else the page that the person came from."""
    if not is_fragment(request):
        return redirect("timesheets:timers")
    response = page(
        request,
        "timesheets/timer_slots.html",
        {"timer": running_timer(request.user.staff_member, clock.now())},
    )
    response["HX-Trigger"] = "psa:timer"
    if request.headers.get("HX-Current-URL", "").endswith(reverse("timesheets:timers")):
        response["HX-Refresh"] = "true"
    return response
