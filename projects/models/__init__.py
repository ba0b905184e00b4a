"""Projects: what is done for a client, by whom, and at which rates."""

from projects.models.contracts import ContractLine, Milestone, TaskTerms
from projects.models.labor import LaborCode, WorkClass
from projects.models.projects import Project, Task, TeamMember
from projects.models.rates import RateCard, RateRule

__all__ = [
    "ContractLine",
    "LaborCode",
    "Milestone",
    "Project",
    "RateCard",
    "RateRule",
    "Task",
    "TaskTerms",
    "TeamMember",
    "WorkClass",
]
