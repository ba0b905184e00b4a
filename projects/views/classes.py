"""Classes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_PROJECTS
from projects.classing import add_class, deactivate_class, reactivate_class, rename_class
from projects.forms import ClassForm
from projects.models import WorkClass

CHANGED = "classes-changed"


@guarded(MANAGE_PROJECTS)
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """All classes; inactive ones last."""
    found = WorkClass.objects.order_by("-is_active", "name")
    return page(request, "projects/classes.html", {"classes": found})


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, class_id: int | None = None) -> HttpResponse:
    """Adds or renames a class."""
    known = get_object_or_404(WorkClass, pk=class_id) if class_id else None
    form = ClassForm(request.POST if request.method == "POST" else None, work_class=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if known:
                rename_class(work_class=known, by=request.user, **form.cleaned_data)
            else:
                add_class(by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "work_class": known, "action": request.path}
    return page(request, "projects/class.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_POST
def deactivate(request: HttpRequest, class_id: int) -> HttpResponse:
    """Takes it out of pick-lists; Undo brings it back."""
    found = deactivate_class(work_class=get_object_or_404(WorkClass, pk=class_id), by=request.user)
    undo_url = reverse("projects:class-reactivate", args=[found.pk])
    toast(request, f"{found.name} is no longer offered. What stands under it keeps it.", undo_url)
    return dialog_done(CHANGED)


@guarded(MANAGE_PROJECTS)
@require_POST
def reactivate(request: HttpRequest, class_id: int) -> HttpResponse:
    """The way back."""
    found = reactivate_class(work_class=get_object_or_404(WorkClass, pk=class_id), by=request.user)
    toast(request, f"{found.name} is offered again.")
    return dialog_done(CHANGED)
