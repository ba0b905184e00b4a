"""Who is on a project's team and may log time to it."""

from collections.abc import Iterable

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage
from projects.models import Project, TeamMember


class NobodyChosen(Refusal):
    sentence = "Choose at least one person."


class HasLeft(Refusal):
    sentence = "{names} cannot be added: no longer active."


class LeadStays(Refusal):
    sentence = "{name} leads this project. Choose another lead first."


def add_members(*, project: Project, staff: Iterable[StaffMember], by: User | None) -> list[StaffMember]:
    """Adds people and returns the new ones; who is on the team already stays. Raises NobodyChosen, HasLeft."""
    wanted = {member.pk: member for member in staff}
    if not wanted:
        raise NobodyChosen(field="staff")
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        gone = [member.name for member in wanted.values() if not member.is_active]
        if gone:
            raise HasLeft(names=", ".join(gone), field="staff")
        there = set(project.team.values_list("staff", flat=True))
        new = [member for pk, member in wanted.items() if pk not in there]
        TeamMember.objects.bulk_create(TeamMember(project=project, staff=member) for member in new)
        audit.acting("team.add", by=by, subject=project, staff=[member.pk for member in new])
        return new


def remove_member(*, project: Project, staff: StaffMember, by: User | None) -> None:
    """Takes a person off the team; their time stays. Raises LeadStays for the lead. Undone by `add_members`."""
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        if project.lead_id == staff.pk:
            raise LeadStays(name=staff.name)
        audit.acting("team.remove", by=by, subject=project, staff=staff.pk)
        project.team.filter(staff=staff).delete()
