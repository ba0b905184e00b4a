"""Projects: what is done for a client, by whom, and at which rates."""

from projects.models.budgets import (
    BudgetCrossing,
    BudgetMonth,
    ChangeOrder,
    ChangeOrderLine,
    ProjectRules,
    TaskAssignee,
    TaskProgress,
)
from projects.models.contacts import ProjectContact
from projects.models.contracts import ContractLine, Milestone, TaskTerms
from projects.models.costs import CostRate
from projects.models.labels import ProjectLabel
from projects.models.labor import LaborCode, WorkClass
from projects.models.payers import BillingSplit, Payer
from projects.models.projects import Project, Task, TeamMember
from projects.models.rates import ProjectBase, RateCard, RateRule
from projects.models.rounding import RoundingRule
from projects.models.template_contracts import (
    TemplateCard,
    TemplateLine,
    TemplateMilestone,
    TemplateRate,
    TemplateTaskTerms,
)
from projects.models.templates import ProjectTemplate, TemplateBudgetMonth, TemplateMember, TemplateTask

__all__ = [
    "BillingSplit",
    "BudgetCrossing",
    "BudgetMonth",
    "ChangeOrder",
    "ChangeOrderLine",
    "ContractLine",
    "CostRate",
    "LaborCode",
    "Milestone",
    "Payer",
    "Project",
    "ProjectBase",
    "ProjectContact",
    "ProjectLabel",
    "ProjectRules",
    "ProjectTemplate",
    "RateCard",
    "RateRule",
    "RoundingRule",
    "Task",
    "TaskAssignee",
    "TaskProgress",
    "TaskTerms",
    "TeamMember",
    "TemplateBudgetMonth",
    "TemplateCard",
    "TemplateLine",
    "TemplateMember",
    "TemplateMilestone",
    "TemplateRate",
    "TemplateTask",
    "TemplateTaskTerms",
    "WorkClass",
]
