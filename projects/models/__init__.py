"""Projects: what is done for a client, by whom, and at which rates."""

from projects.models.labor import LaborCode, WorkClass
from projects.models.projects import ContractLine, Project, Task, TeamMember
from projects.models.rates import RateCard, RateRule

__all__ = ["ContractLine", "LaborCode", "Project", "RateCard", "RateRule", "Task", "TeamMember", "WorkClass"]
