"""The contract of a project: its lines, and how far their fees may be billed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.contract_page import contract_of
from billing.progress_forms import ProgressForm, ReleaseForm
from billing.progressing import record_progress, release_fee
from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import can_manage, require_manage, visible_to
from projects.contract_forms import LineForm, MoveForm, RaiseForm, SwitchForm, TaskTermsForm
from projects.contracting import add_line, agree_on_task, change_line, move_tasks, raise_cap, switch_method
from projects.models import ContractLine, Project, Task, TaskTerms
from projects.splits import splits_of

CHANGED = "contract-changed"
METHODS = ["GET", "HEAD", "POST"]


@guarded(VIEW_BILLING)
@require_GET
def contract(request: HttpRequest, project_id: int) -> HttpResponse:
    """What was agreed, what is billed of it, what is left and due."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    context = {
        "project": project,
        "rows": contract_of(project, clock.today(request.user)),
        "splits": splits_of(project),
        "can_manage": can_manage(request.user, project),
        "can_draft": has_right(request.user, DRAFT_INVOICES),
    }
    return page(request, "billing/contract.html", context)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_new(request: HttpRequest, project_id: int) -> HttpResponse:
    """Adds a line; choosing another method asks for its terms."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    require_manage(request.user, project)
    form = _form(request, LineForm, project, {})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            line = add_line(project=project, by=request.user, **form.cleaned_data)
            return _done(request, f"{line.name} is added.")
    return _dialog(request, form, "Add a contract line", "Add line", template="billing/contract_line.html")


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_edit(request: HttpRequest, line_id: int) -> HttpResponse:
    """Changes name and terms."""
    line = find(request, line_id)
    form = _form(request, LineForm, line.project, LineForm.of(line))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            changed = change_line(line=line, by=request.user, **form.cleaned_data)
            return _done(request, f"{changed.name} is saved.")
    return _dialog(request, form, f"Edit {line.name}", "Save", template="billing/contract_line.html")


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_switch(request: HttpRequest, line_id: int) -> HttpResponse:
    """Closes the line at a day and opens another one."""
    line = find(request, line_id)
    form = _form(request, SwitchForm, line.project, SwitchForm.of(line))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            new = switch_method(line=line, by=request.user, **form.cleaned_data)
            return _done(request, f"{new.name} takes over from {line.name}.")
    note = "Earlier work stays with the line as it is, whenever it is entered."
    return _dialog(
        request, form, f"Switch {line.name}", "Switch", template="billing/contract_line.html", note=note
    )


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_raise(request: HttpRequest, line_id: int) -> HttpResponse:
    """A change order raises the cap; `?amount=` proposes by how much."""
    line = find(request, line_id)
    currency = line.project.currency
    asked = {"amount": request.GET.get("amount", "")}
    form = RaiseForm(request.POST if request.method == "POST" else None, initial=asked, currency=currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            raise_cap(line=line, by=request.user, **form.cleaned_data)
            return _done(request, f"The cap of {line.name} is raised.")
    return _dialog(request, form, f"Raise the cap of {line.name}", "Raise the cap")


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_tasks(request: HttpRequest, line_id: int) -> HttpResponse:
    """Moves tasks here from other lines."""
    line = find(request, line_id)
    form = MoveForm(request.POST if request.method == "POST" else None, line=line)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            move_tasks(line=line, by=request.user, tasks=form.cleaned_data["tasks"])
            return _done(request, f"The tasks are billed by {line.name} now.")
    note = "Their work that is not billed yet comes along."
    return _dialog(request, form, f"Tasks of {line.name}", "Move tasks", note=note)


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def line_progress(request: HttpRequest, line_id: int) -> HttpResponse:
    """How many percent complete the line is."""
    line = find(request, line_id)
    known = {"percent": line.percent_complete, "on": clock.today(request.user)}
    form = ProgressForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            record_progress(line=line, by=request.user, **form.cleaned_data)
            return _done(request, "Saved. The next draft bills what it comes to.")
    return _dialog(request, form, f"How far is {line.name}?", "Save")


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def task_terms(request: HttpRequest, line_id: int, task_id: int) -> HttpResponse:
    """The fee or the cap of one task."""
    line = find(request, line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    known = TaskTerms.objects.filter(contract_line=line, task=task).first()
    posted = request.POST if request.method == "POST" else None
    form = TaskTermsForm(posted, line=line, terms=known, currency=line.project.currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            agree_on_task(line=line, task=task, by=request.user, **form.cleaned_data)
            return _done(request, f"The terms of {task.name} are saved.")
    return _dialog(request, form, f"Terms of {task.name}", "Save")


@guarded(VIEW_BILLING)
@require_http_methods(METHODS)
def task_release(request: HttpRequest, line_id: int, task_id: int) -> HttpResponse:
    """How much of a task's fee may be billed."""
    line = find(request, line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    posted = request.POST if request.method == "POST" else None
    form = ReleaseForm(posted, initial={"on": clock.today(request.user)})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            release_fee(line=line, task=task, by=request.user, **form.cleaned_data)
            return _done(request, "Saved. The next draft bills what it comes to.")
    return _dialog(request, form, f"Bill the fee of {task.name}", "Release")


def find(request: HttpRequest, line_id: int) -> ContractLine:
    """The line of an address, for somebody who manages its project."""
    lines = ContractLine.objects.select_related("project__client").filter(
        project__in=visible_to(request.user)
    )
    line = get_object_or_404(lines, pk=line_id)
    require_manage(request.user, line.project)
    return line


def _form(request: HttpRequest, form: type[LineForm], project: Project, known: dict[str, Any]) -> LineForm:
    """The form of the method that is chosen in it; what was typed before another was chosen stays."""
    asked = request.POST if request.method == "POST" else request.GET
    method = asked.get("method") or known.get("method") or ContractLine.Method.TIME_AND_MATERIALS
    typed = {name: asked[name] for name in asked if name in form.base_fields}
    posted = request.POST if request.method == "POST" else None
    return form(posted, initial=known | typed, method=method, currency=project.currency)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    toast(request, words)
    return dialog_done(CHANGED)


def _dialog(
    request: HttpRequest,
    form: Any,
    title: str,
    button: str,
    *,
    template: str = "billing/contract_dialog.html",
    note: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "note": note, "action": request.path}
    return page(request, template, context, status=422 if form.errors else 200)
