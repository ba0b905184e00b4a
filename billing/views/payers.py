"""Who pays for a project: on the page of its contract."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import VIEW_BILLING
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import require_manage, visible_to
from projects.models import BillingSplit, Project
from projects.payer_forms import PayersForm
from projects.paying import arrange_payers, remove_payers

CHANGED = "contract-changed"
METHODS = ["GET", "HEAD", "POST"]


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def new(request: HttpRequest, project_id: int) -> HttpResponse:
    """Shares the project's bills from a day on."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    return _arrange(request, project, None)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def edit(request: HttpRequest, split_id: int) -> HttpResponse:
    """Other shares from the same day on."""
    split = find(request, split_id)
    return _arrange(request, split.project, split)


@guarded(VIEW_BILLING)
@require_POST
def remove(request: HttpRequest, split_id: int) -> HttpResponse:
    """What was arranged before holds on."""
    split = find(request, split_id)
    remove_payers(split=split, by=request.user)
    toast(request, "Removed. What was arranged before holds on.")
    return dialog_done(CHANGED)


def find(request: HttpRequest, split_id: int) -> BillingSplit:
    """The split of an address, for somebody who manages its project."""
    splits = BillingSplit.objects.select_related("project__client").filter(
        project__in=visible_to(request.user)
    )
    split = get_object_or_404(splits, pk=split_id)
    require_manage(request.user, split.project)
    return split


def _arrange(request: HttpRequest, project: Project, split: BillingSplit | None) -> HttpResponse:
    require_manage(request.user, project)
    form = PayersForm(request.POST if request.method == "POST" else None, project=project, split=split)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            starts_on = split.starts_on if split else form.cleaned_data["starts_on"]
            arrange_payers(project=project, starts_on=starts_on, payers=form.payers, by=request.user)
            toast(request, "Saved. Drafts of the project are to be recalculated.")
            return dialog_done(CHANGED)
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "billing/payers.html", context, status=422 if form.errors else 200)
