"""Projects: what is done for a client, by whom, and at which rates."""

from projects.models.contracts import ContractLine, Milestone, TaskTerms
from projects.models.costs import CostRate
from projects.models.labor import LaborCode, WorkClass
from projects.models.projects import Project, Task, TeamMember
from projects.models.rates import ProjectBase, RateCard, RateRule
from projects.models.rounding import RoundingRule

__all__ = [
    "ContractLine",
    "CostRate",
    "LaborCode",
    "Milestone",
    "Project",
    "ProjectBase",
    "RateCard",
    "RateRule",
    "RoundingRule",
    "Task",
    "TaskTerms",
    "TeamMember",
    "WorkClass",
]
