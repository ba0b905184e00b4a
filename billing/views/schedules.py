"""Schedules: projects that are billed by themselves, when, and what became of each run."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.models import BillingSchedule, ScheduleRun
from billing.schedule_forms import ScheduleChangeForm, ScheduleForm
from billing.schedules import calendar_of, runs_of, schedules_page, shown, typed_end
from billing.scheduling import (
    TERMS,
    can_run,
    change_schedule,
    make_schedule,
    pause_schedule,
    resume_schedule,
    run_now,
    skip_run,
)
from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded

METHODS = ["GET", "HEAD", "POST"]


@guarded(VIEW_BILLING)
@require_GET
def schedules(request: HttpRequest) -> HttpResponse:
    """All of them, with the next day and what became of the last run."""
    context = {
        "rows": schedules_page(clock.today(request.user)),
        "can_make": has_right(request.user, DRAFT_INVOICES),
    }
    return page(request, "billing/schedules.html", context)


@guarded(DRAFT_INVOICES)
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Makes one; `?project=` says beforehand for which, `?contract_line=` takes the calendar of its periods."""
    today = clock.today(request.user)
    known = {"starts_on": today.replace(day=1), "project": request.GET.get("project", "")}
    known |= calendar_of(request.GET.get("contract_line", ""))
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = make_schedule(by=request.user, on=today, **form.cleaned_data)
            toast(request, f"{made.name} is scheduled.")
            return redirect("billing:schedule", made.pk)
    return page(request, "billing/schedule_form.html", {"form": form}, status=422 if form.errors else 200)


def find(pk: int) -> BillingSchedule:
    """The schedule of an address."""
    return get_object_or_404(BillingSchedule.objects.select_related("project__client"), pk=pk)


@guarded(VIEW_BILLING)
@require_GET
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The next twelve days, and its runs with a reason for what failed."""
    found = find(pk)
    context = {
        "schedule": found,
        "shown": shown(found, clock.today(request.user)),
        "runs": runs_of(found),
        "can_make": has_right(request.user, DRAFT_INVOICES),
        "can_run": can_run(request.user, found),
    }
    return page(request, "billing/schedule.html", context)


@guarded(DRAFT_INVOICES)
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another calendar, from today on."""
    found = find(pk)
    known = typed_end({name: getattr(found, name) for name in TERMS})
    form = ScheduleChangeForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            on = clock.today(request.user)
            change_schedule(schedule=found, by=request.user, on=on, **form.cleaned_data)
            toast(request, "The schedule is changed.")
            return dialog_done("schedule-changed")
    context = {"form": form, "schedule": found, "action": request.path}
    return page(request, "billing/schedule_edit.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pauses a schedule that runs, resumes one that does not."""
    found = find(pk)
    if found.is_active:
        pause_schedule(schedule=found, by=request.user)
        toast(request, f"{found.name} is paused.")
    else:
        resume_schedule(schedule=found, by=request.user, on=clock.today(request.user))
        toast(request, f"{found.name} runs again.")
    return redirect("billing:schedule", pk)


@guarded(DRAFT_INVOICES)
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Runs what is due and waits, at once."""
    ran = run_now(schedule=find(pk), by=request.user, on=clock.today(request.user), at=clock.now())
    toast(request, f"{len(ran)} {'run' if len(ran) == 1 else 'runs'} done." if ran else "Nothing is due.")
    return redirect("billing:schedule", pk)


@guarded(DRAFT_INVOICES)
@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives up a run that failed."""
    found = get_object_or_404(ScheduleRun, pk=pk)
    skip_run(run=found, by=request.user)
    toast(request, "The run is skipped.")
    return redirect("billing:schedule", found.schedule_id)
