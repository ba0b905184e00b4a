"""Who is on a project's team and may log time to it."""

from collections.abc import Iterable

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage
from projects.models import Project, Task, TaskAssignee, TeamMember


class NobodyChosen(Refusal):
    sentence = "Choose at least one person."


class HasLeft(Refusal):
    sentence = "{names} cannot be added: no longer active."


class LeadStays(Refusal):
    sentence = "{name} leads this project. Choose another lead first."


class HasTasks(Refusal):
    sentence = "{name} is to do {tasks}. Give that to somebody else first."


class NotOnTeam(Refusal):
    sentence = "{name} is not on the team."


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
    """Takes a person off the team; their time stays. Undone by `add_members`.

    Raises LeadStays for the main lead, HasTasks for somebody who is assigned to open tasks.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        if project.lead_id == staff.pk:
            raise LeadStays(name=staff.name)
        own = TaskAssignee.objects.filter(task__project=project, staff=staff)
        tasks = list(own.filter(task__state=Task.State.OPEN).values_list("task__name", flat=True)[:3])
        if tasks:
            raise HasTasks(name=staff.name, tasks=", ".join(tasks))
        audit.acting("team.remove", by=by, subject=project, staff=staff.pk)
        project.team.filter(staff=staff).delete()


def set_leading(*, project: Project, staff: StaffMember, is_lead: bool, by: User | None) -> TeamMember:
    """Makes a member of the team a lead beside the main one, or takes that back.

    Such a lead manages the project and hears of its budget; approvals go to the main lead alone. Raises NotOnTeam.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        member = project.team.filter(staff=staff).first()
        if member is None:
            raise NotOnTeam(name=staff.name)
        audit.acting("team.lead" if is_lead else "team.unlead", by=by, subject=project, staff=staff.pk)
        member.is_lead = is_lead
        member.save(update_fields=["is_lead"])
        return member
