"""Change orders of a project: one is recorded in a dialog, its paper is shown, it is withdrawn."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from core.responses import file_response
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.change_order_forms import ChangeOrderForm
from projects.changing import record_change_order, withdraw_change_order
from projects.models import ChangeOrder

CHANGED = "tasks-changed"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, project_id: int) -> HttpResponse:
    """Records what was agreed."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    require_manage(request.user, project)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    day = clock.today(request.user)
    form = ChangeOrderForm(*given, project=project, tasks=project.tasks.all(), initial={"agreed_on": day})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            order = record_change_order(
                project=project,
                agreed_on=form.cleaned_data["agreed_on"],
                reason=form.cleaned_data["reason"],
                changes=form.changes(),
                paper=_paper(form),
                by=request.user,
            )
            toast(request, f"{order} is recorded.")
            return dialog_done(CHANGED)
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "projects/change_order.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def withdraw(request: HttpRequest, order_id: int) -> HttpResponse:
    """Takes it back; it stays in the list."""
    found = _order(request, order_id)
    order = withdraw_change_order(order=found, by=request.user, at=clock.now())
    toast(request, f"{order} is withdrawn. The budgets are what they were without it.")
    return dialog_done(CHANGED)


@staff_only
@require_safe
def paper(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """The file of an order."""
    order = _order(request, order_id)
    require_manage(request.user, order.project)
    if order.file is None:
        raise Http404
    return file_response(order.file)


def _order(request: HttpRequest, order_id: int) -> ChangeOrder:
    found = ChangeOrder.objects.select_related("project", "file")
    return get_object_or_404(found.filter(project__in=visible_to(request.user)), pk=order_id)


def _paper(form: ChangeOrderForm) -> tuple[str, bytes] | None:
    file = form.cleaned_data["file"]
    return (file.name, file.read()) if file else None
