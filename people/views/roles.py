"""Roles and their rights."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.pages import page, refusals_into, toast
from people.access import MANAGE_FIRM, MANAGE_PEOPLE, has_right
from people.arranging import add_role, edit_role, remove_role
from people.forms import RoleForm
from people.guards import guarded
from people.models import Role
from people.rights import grouped
from people.securing import ask_second_factor


@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Which role may do what: one table."""
    found = list(
        Role.objects.annotate(people=Count("users", filter=Q(users__is_active=True))).order_by(
            "-is_owner", "-is_builtin", "name"
        )
    )
    groups = [
        (group, [(right, [right.name in role.rights for role in found]) for right in rights])
        for group, rights in grouped()
    ]
    context = {
        "roles": found,
        "groups": groups,
        "columns": len(found) + 1,
        "can_edit": has_right(request.user, MANAGE_PEOPLE),
    }
    return page(request, "people/roles.html", context)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds a role of the firm's own, or changes one."""
    found = get_object_or_404(Role, pk=pk, is_builtin=False) if pk else None
    form = RoleForm(request.POST or None, role=found)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if found:
                edit_role(role=found, by=request.user, **form.cleaned_data)
            else:
                add_role(by=request.user, **form.cleaned_data)
            toast(request, f"The role {form.cleaned_data['name']} is saved.")
            return redirect("people:roles")
    held = request.user.rights
    groups = [(group, [(right, right.name in held) for right in rights]) for group, rights in grouped()]
    context = {"form": form, "role": found, "groups": groups}
    return page(request, "people/role.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PEOPLE)
@require_POST
def role_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes a role that nobody has."""
    found = get_object_or_404(Role, pk=pk)
    remove_role(role=found, by=request.user)
    toast(request, f"The role {found.name} is removed.")
    return redirect("people:roles")


@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
@require_POST
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether whoever has the role needs a second step at sign-in."""
    found = get_object_or_404(Role, pk=pk)
    is_required = request.POST.get("is_required") == "1"
    ask_second_factor(role=found, is_required=is_required, by=request.user)
    words = "need a second step at sign-in now" if is_required else "may sign in with the password alone"
    toast(request, f"People with the role {found.name} {words}.")
    return redirect("people:roles")
