"""Who is on the team of a project, and who could be."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Id, Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded, staff_only
from people.models import StaffMember
from projects.access import MANAGE_PROJECTS, require_manage, visible_to
from projects.forms import TeamForm
from projects.models import Project, TeamMember
from projects.teaming import add_members, remove_member, set_leading

routes = Routes("projects")


class MemberRow(Row):
    staff_id: int
    name: str
    is_lead: bool
    added_at: datetime

    @staticmethod
    def resolve_name(member: TeamMember) -> str:
        return member.staff.name


class CandidateRow(Row):
    """Only what a pick-list shows."""

    id: int
    name: str


class TeamWish(Wish):
    staff_ids: list[Id]


@routes.read("/projects/candidates", Listing[CandidateRow])
@guarded(MANAGE_PROJECTS)
def list_candidates(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Active staff: who can lead a project or be on its team."""
    return page(StaffMember.objects.working(), part)


@routes.read("/projects/{int:project_id}/candidates", Listing[CandidateRow])
@staff_only
def list_candidates_of_project(request: HttpRequest, project_id: int, part: Query[Part]) -> dict[str, Any]:
    """Active staff who are not on the team; for whom the team is theirs to change."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    return page(StaffMember.objects.working().exclude(memberships__project=project), part)


@routes.read("/projects/{int:project_id}/team", Listing[MemberRow])
@staff_only
def list_team(request: HttpRequest, project_id: int, part: Query[Part]) -> dict[str, Any]:
    """Who may log time to the project."""
    return page(_project(request, project_id).team.select_related("staff"), part)


@routes.write("/projects/{int:project_id}/team", list[MemberRow], status=201)
@staff_only
def add_to_team(request: HttpRequest, project_id: int, wish: TeamWish) -> list[TeamMember]:
    """Adds people who are not on the team yet; answers those."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    fields = cleaned(TeamForm, wish, names={"staff_ids": "staff"}, project=project)
    new = add_members(project=project, staff=fields["staff"], by=request.user)
    return list(project.team.filter(staff__in=new).select_related("staff").order_by("pk"))


@routes.write("/projects/{int:project_id}/team/{int:staff_id}", method="DELETE")
@staff_only
def remove_from_team(request: HttpRequest, project_id: int, staff_id: int) -> None:
    """Takes a person off the team; their time stays."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    member = get_object_or_404(project.team.select_related("staff"), staff=staff_id)
    remove_member(project=project, staff=member.staff, by=request.user)


@routes.write("/projects/{int:project_id}/team/{int:staff_id}/lead", MemberRow)
@staff_only
def add_lead(request: HttpRequest, project_id: int, staff_id: int) -> TeamMember:
    """Makes a member of the team a lead beside the main one, to whom approvals go."""
    return _set_leading(request, project_id, staff_id, is_lead=True)


@routes.write("/projects/{int:project_id}/team/{int:staff_id}/unlead", MemberRow)
@staff_only
def remove_lead(request: HttpRequest, project_id: int, staff_id: int) -> TeamMember:
    """The way back."""
    return _set_leading(request, project_id, staff_id, is_lead=False)


def _set_leading(request: HttpRequest, project_id: int, staff_id: int, *, is_lead: bool) -> TeamMember:
    project = _project(request, project_id)
    require_manage(request.user, project)
    member = get_object_or_404(project.team.select_related("staff"), staff=staff_id)
    return set_leading(project=project, staff=member.staff, is_lead=is_lead, by=request.user)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user), pk=project_id)
