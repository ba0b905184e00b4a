"""Milestones: planning them, and saying that they are achieved."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import VIEW_BILLING
from billing.views.contract import CHANGED, METHODS, find
from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from core.responses import file_response
from people.guards import guarded
from projects.access import require_manage, visible_to
from projects.achieving import (
    achieve_milestone,
    change_milestone,
    plan_milestone,
    remove_milestone,
    restore_milestone,
    take_back_achievement,
)
from projects.carding import words_of_day
from projects.contract_forms import AchieveForm, MilestoneForm
from projects.models import Milestone

DIALOG = "billing/contract_dialog.html"


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def new(request: HttpRequest, line_id: int) -> HttpResponse:
    """Adds a part of the fee."""
    line = find(request, line_id)
    form = MilestoneForm(request.POST if request.method == "POST" else None, currency=line.project.currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            milestone = plan_milestone(line=line, by=request.user, **form.cleaned_data)
            toast(request, f"{milestone.name} is planned.")
            return dialog_done(CHANGED)
    context = {"form": form, "title": "Add a milestone", "button": "Add", "action": request.path}
    return page(request, DIALOG, context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def edit(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Changes the plan."""
    found = _milestone(request, milestone_id)
    currency = found.contract_line.project.currency
    posted = request.POST if request.method == "POST" else None
    form = MilestoneForm(posted, currency=currency, milestone=found)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            change_milestone(milestone=found, by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "title": f"Edit {found.name}", "button": "Save", "action": request.path}
    return page(request, DIALOG, context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def achieve(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """It is achieved; Undo takes that back."""
    found = _milestone(request, milestone_id)
    posted, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AchieveForm(posted, files, initial={"on": clock.today(request.user)})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = achieve_milestone(milestone=found, by=request.user, **form.facts())
            undo_url = reverse("billing:milestone-take-back", args=[found.pk])
            toast(request, f"{made.name} is achieved{_when(made, request)}.", undo_url)
            return dialog_done(CHANGED)
    title = f"Is {found.name} achieved?"
    context = {"form": form, "title": title, "button": "It is achieved", "action": request.path}
    return page(request, DIALOG, context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_POST
def take_back(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """The way back."""
    found = take_back_achievement(milestone=_milestone(request, milestone_id), by=request.user)
    toast(request, f"{found.name} is planned again.")
    return dialog_done(CHANGED)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def remove(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Asks, then takes it out of the plan."""
    found = _milestone(request, milestone_id)
    if request.method != "POST":
        context = {"milestone": found, "action": request.path}
        return page(request, "billing/milestone_remove.html", context)
    remove_milestone(milestone=found, by=request.user)
    undo_url = reverse("billing:milestone-restore", args=[found.pk])
    toast(request, f"{found.name} is no longer planned.", undo_url)
    return dialog_done(CHANGED)


@guarded(VIEW_BILLING)
@require_POST
def restore(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """The way back."""
    found = restore_milestone(milestone=_milestone(request, milestone_id), by=request.user)
    toast(request, f"{found.name} is planned again.")
    return dialog_done(CHANGED)


@guarded(VIEW_BILLING)
@require_safe
def paper(request: HttpRequest, milestone_id: int) -> HttpResponseBase:
    """The file that shows that it is achieved."""
    found = _milestone(request, milestone_id)
    if found.file is None:
        raise Http404
    return file_response(found.file)


def _milestone(request: HttpRequest, milestone_id: int) -> Milestone:
    mine = Milestone.objects.select_related("contract_line__project__client", "file")
    found = get_object_or_404(
        mine.filter(contract_line__project__in=visible_to(request.user)), pk=milestone_id
    )
    require_manage(request.user, found.contract_line.project)
    return found


def _when(milestone: Milestone, request: HttpRequest) -> str:
    """When that counts, in words."""
    day = milestone.achieved_on
    if day is None or day <= clock.today(request.user):
        return ". The next draft bills it"
    return f" on {words_of_day(day)}, unless it is taken back before"
