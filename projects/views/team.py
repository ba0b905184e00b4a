"""Who is on the team of a project."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import staff_only
from people.models import StaffMember
from projects.access import require_manage, visible_to
from projects.forms import TeamForm
from projects.teaming import add_members, remove_member, set_leading

CHANGED = "team-changed"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, project_id: int) -> HttpResponse:
    """Adds several people at once."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    require_manage(request.user, project)
    form = TeamForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            new = add_members(project=project, staff=form.cleaned_data["staff"], by=request.user)
            toast(request, f"{len(new)} {'person' if len(new) == 1 else 'people'} added to the team.")
            return dialog_done(CHANGED)
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "projects/team.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def remove(request: HttpRequest, project_id: int, staff_id: int) -> HttpResponse:
    """Takes a person off the team; Undo puts them back."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    staff = get_object_or_404(StaffMember, pk=staff_id)
    remove_member(project=project, staff=staff, by=request.user)
    undo_url = reverse("projects:team-restore", args=[project.pk, staff.pk])
    toast(request, f"{staff.name} is off the team; the time stays.", undo_url)
    return dialog_done(CHANGED)


@staff_only
@require_POST
def restore(request: HttpRequest, project_id: int, staff_id: int) -> HttpResponse:
    """The way back."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    staff = get_object_or_404(StaffMember, pk=staff_id)
    add_members(project=project, staff=[staff], by=request.user)
    toast(request, f"{staff.name} is back on the team.")
    return dialog_done(CHANGED)


@staff_only
@require_POST
def lead(request: HttpRequest, project_id: int, staff_id: int) -> HttpResponse:
    """Makes a member a lead beside the main one; Undo takes it back."""
    return _set_leading(request, project_id, staff_id, is_lead=True)


@staff_only
@require_POST
def unlead(request: HttpRequest, project_id: int, staff_id: int) -> HttpResponse:
    """The way back."""
    return _set_leading(request, project_id, staff_id, is_lead=False)


def _set_leading(request: HttpRequest, project_id: int, staff_id: int, *, is_lead: bool) -> HttpResponse:
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    staff = get_object_or_404(StaffMember, pk=staff_id)
    set_leading(project=project, staff=staff, is_lead=is_lead, by=request.user)
    undo_url = reverse(
        "projects:team-unlead" if is_lead else "projects:team-lead", args=[project.pk, staff.pk]
    )
    words = "leads this project too" if is_lead else "does not lead this project any more"
    toast(request, f"{staff.name} {words}.", undo_url)
    return dialog_done(CHANGED)
