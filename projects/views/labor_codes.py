"""Labor codes."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_PROJECTS
from projects.coding import add_labor_code, deactivate_labor_code, edit_labor_code, reactivate_labor_code
from projects.forms import LaborCodeForm
from projects.models import LaborCode

CHANGED = "labor-codes-changed"


@guarded(MANAGE_PROJECTS)
@require_GET
def labor_codes(request: HttpRequest) -> HttpResponse:
    """All labor codes, with how many open tasks have them; inactive ones last."""
    open_tasks = Count("tasks", filter=Q(tasks__state="OPEN", tasks__project__state="OPEN"))
    codes = LaborCode.objects.annotate(open_tasks=open_tasks).order_by("-is_active", "name")
    return page(request, "projects/labor_codes.html", {"codes": codes})


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code_id: int | None = None) -> HttpResponse:
    """Adds or changes a labor code."""
    known = get_object_or_404(LaborCode, pk=code_id) if code_id else None
    form = LaborCodeForm(request.POST if request.method == "POST" else None, labor_code=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if known:
                edit_labor_code(labor_code=known, by=request.user, **form.cleaned_data)
            else:
                add_labor_code(by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "code": known, "action": request.path}
    return page(request, "projects/labor_code.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_POST
def deactivate(request: HttpRequest, code_id: int) -> HttpResponse:
    """Takes it out of pick-lists; Undo brings it back."""
    code = deactivate_labor_code(labor_code=get_object_or_404(LaborCode, pk=code_id), by=request.user)
    undo_url = reverse("projects:labor-code-reactivate", args=[code.pk])
    toast(request, f"{code.name} is no longer offered. Tasks and time that have it keep it.", undo_url)
    return dialog_done(CHANGED)


@guarded(MANAGE_PROJECTS)
@require_POST
def reactivate(request: HttpRequest, code_id: int) -> HttpResponse:
    """The way back."""
    code = reactivate_labor_code(labor_code=get_object_or_404(LaborCode, pk=code_id), by=request.user)
    toast(request, f"{code.name} is offered again.")
    return dialog_done(CHANGED)
