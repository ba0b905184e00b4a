"""Who may see and change projects and rates."""

from django.db.models import Q

from core.errors import NotAllowed
from people.access import has_right, require
from people.models import User
from people.rights import Right
from projects.models import Project, RateCard, TeamMember
from projects.models.projects import ProjectQuerySet
from projects.models.rates import RateCardQuerySet

VIEW_ALL_PROJECTS = "projects.view_all"
MANAGE_PROJECTS = "projects.manage"
VIEW_RATES = "projects.view_rates"
MANAGE_RATES = "projects.manage_rates"
VIEW_COSTS = "projects.view_costs"
MANAGE_COSTS = "projects.manage_costs"

RIGHTS = [
    Right(VIEW_ALL_PROJECTS, "see every project", "Projects"),
    Right(MANAGE_PROJECTS, "add and edit projects, tasks, teams and labor codes", "Projects"),
    Right(VIEW_RATES, "see rates and amounts", "Rates"),
    Right(MANAGE_RATES, "add and change rate cards", "Rates"),
    Right(VIEW_COSTS, "see what work costs the firm", "Rates"),
    Right(MANAGE_COSTS, "add and change cost rates", "Rates"),
]


def visible_to(by: User) -> ProjectQuerySet:
    """Projects that the person may see: all with the right, else those of the own team, led ones, and open ones."""
    if has_right(by, VIEW_ALL_PROJECTS):
        return Project.objects.all()
    member = by.staff_member
    if member is None:
        return Project.objects.none()
    on_team = TeamMember.objects.filter(staff=member).values("project")
    return Project.objects.filter(Q(pk__in=on_team) | Q(lead=member) | Q(is_open_to_all=True))


def cards_visible_to(by: User) -> RateCardQuerySet:
    """Rate cards that the person may see: with the right to see rates, the firm's, clients', and visible projects'."""
    if not (has_right(by, VIEW_RATES) or has_right(by, MANAGE_RATES)):
        return RateCard.objects.none()
    if has_right(by, VIEW_ALL_PROJECTS):
        return RateCard.objects.all()
    return RateCard.objects.filter(Q(project=None) | Q(project__in=visible_to(by)))


def sees_costs(by: User | None) -> bool:
    """Whether the person may see what work costs the firm."""
    return has_right(by, VIEW_COSTS) or has_right(by, MANAGE_COSTS)


def can_manage(by: User | None, project: Project | None = None) -> bool:
    """With the right, or as a lead of that project. At most one statement, none for its main lead."""
    if has_right(by, MANAGE_PROJECTS):
        return True
    member = by.staff_member if by is not None else None
    if project is None or member is None:
        return False
    return project.lead_id == member.pk or project.team.filter(staff=member, is_lead=True).exists()


def require_manage(by: User | None, project: Project | None = None) -> None:
    """Raises NotAllowed unless the person may change that project, or any when none is given."""
    if not can_manage(by, project):
        raise NotAllowed("Only the lead, and people who manage projects, can change this.")


def require_manage_costs(by: User | None) -> None:
    """Raises NotAllowed unless the person may change cost rates."""
    require(by, MANAGE_COSTS)


def require_manage_rates(by: User | None) -> None:
    """Raises NotAllowed unless the person may change rate cards."""
    require(by, MANAGE_RATES)
