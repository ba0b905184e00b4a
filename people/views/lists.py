"""Departments, offices and job titles: three short lists."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import page, refusals_into, toast
from people.access import MANAGE_FIRM
from people.forms import DepartmentForm, NameForm
from people.guards import guarded
from people.models import Department, JobTitle, Office
from people.organising import Named, add_named, remove_named, rename, set_head

# What the address says: model, title, one of it, what it is for
KINDS: dict[str, tuple[type[Named], str, str, str]] = {
    "job-titles": (JobTitle, "Job titles", "job title", "What clients are billed for. Rate cards name them."),
    "departments": (
        Department,
        "Departments",
        "department",
        "Group people in reports; approvals may ask their head.",
    ),
    "offices": (Office, "Offices", "office", "Decide which holidays people have."),
}


def _kind(kind: str) -> tuple[type[Named], str, str, str]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _thing(kind: str, pk: int) -> tuple[Named, str]:
    """One entry of a list, and what it is called."""
    model, _, one, _ = _kind(kind)
    thing: Named | None = model.objects.filter(pk=pk).first()
    if thing is None:
        raise Http404
    return thing, one


def _rows(model: type[Named]) -> Any:
    rows: Any = model.objects.annotate(people=Count("staff"))
    return rows.select_related("head") if model is Department else rows


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The three lists; a POST adds to one."""
    form = NameForm(request.POST or None, auto_id=f"id_{kind}_%s")
    if request.method == "POST":
        model, _, one, _ = _kind(kind)
        if form.is_valid():
            with refusals_into(form):
                added = add_named(kind=model, name=form.cleaned_data["name"], by=request.user)
                toast(request, f"The {one} {added.name} is added.")
                return redirect("people:lists")
    shown = [
        {
            "kind": name,
            "title": title,
            "one": one,
            "text": text,
            "rows": _rows(model),
            "form": form if form.is_bound and name == kind else NameForm(auto_id=f"id_{name}_%s"),
        }
        for name, (model, title, one, text) in KINDS.items()
    ]
    return page(request, "people/lists.html", {"lists": shown}, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def renaming(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A dialog with one field."""
    thing, one = _thing(kind, pk)
    form: NameForm = NameForm(request.POST or None, initial={"name": thing.name})
    if isinstance(thing, Department):
        form = DepartmentForm(request.POST or None, department=thing)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), transaction.atomic():
            if isinstance(thing, Department):
                set_head(department=thing, head=form.cleaned_data["head"], by=request.user)
            renamed = rename(thing=thing, name=form.cleaned_data["name"], by=request.user)
            toast(request, f"The {one} {renamed.name} is saved.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "one": one, "thing": thing, "action": request.path}
    return page(request, "people/rename.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_POST
def removal(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Removes what nobody uses."""
    thing, one = _thing(kind, pk)
    remove_named(thing=thing, by=request.user)
    toast(request, f"The {one} {thing.name} is removed.")
    return redirect("people:lists")
