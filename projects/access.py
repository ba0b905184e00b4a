"""Who may see and change projects and rates."""

from django.db.models import Q

from people.access import has_right
from people.models import User
from people.rights import Right
from projects.models import Project
from projects.models.projects import ProjectQuerySet

VIEW_ALL_PROJECTS = "projects.view_all"
MANAGE_PROJECTS = "projects.manage"
VIEW_RATES = "projects.view_rates"
MANAGE_RATES = "projects.manage_rates"

RIGHTS = [
    Right(VIEW_ALL_PROJECTS, "see every project", "Projects"),
    Right(MANAGE_PROJECTS, "add and edit projects, tasks, teams and labor codes", "Projects"),
    Right(VIEW_RATES, "see rates and amounts", "Rates"),
    Right(MANAGE_RATES, "add and change rate cards", "Rates"),
]


def visible_to(by: User) -> ProjectQuerySet:
    """Projects that the person may see: all with the right, else those of the own team, led ones, and open ones."""
    if has_right(by, VIEW_ALL_PROJECTS):
        return Project.objects.all()
    member = by.staff_member
    if member is None:
        return Project.objects.none()
    return Project.objects.filter(Q(team__staff=member) | Q(lead=member) | Q(is_open_to_all=True)).distinct()


def can_manage(by: User | None, project: Project | None = None) -> bool:
    """With the right, or as the lead of that project."""
    if has_right(by, MANAGE_PROJECTS):
        return True
    return (
        project is not None
        and by is not None
        and by.staff_member is not None
        and project.lead_id == by.staff_member.pk
    )
