"""The plan of a project as it stands: what a copy or a template of it begins with."""

from datetime import date
from typing import Any

from core.periods import ONE_DAY, add_months
from projects.budget_months import relative, split_of
from projects.models import (
    ContractLine,
    Milestone,
    Project,
    ProjectBase,
    RateCard,
    RateRule,
    RoundingRule,
    Task,
    TaskAssignee,
    TaskTerms,
)
from projects.period_terms import BY_WEEK
from projects.plans import (
    CARD_FIELDS,
    LINE_FIELDS,
    MILESTONE_FIELDS,
    PROJECT_FIELDS,
    RATE_FIELDS,
    ROUNDING_FIELDS,
    TASK_FIELDS,
    TERMS_FIELDS,
    CardPlan,
    Length,
    LinePlan,
    MilestonePlan,
    Plan,
    RatePlan,
    TaskPlan,
    day_of,
)
from projects.tree import in_tree


def plan_of_project(project: Project, *, from_on: date | None = None) -> Plan:
    """Its open tasks with current budgets, the contract lines that count now without what was billed or achieved, its
    rates from `from_on` on (without a day those without an end). Days count from its start, else from its earliest
    day. A constant number of statements."""
    tasks = in_tree(list(project.tasks.all()))
    lines = list(project.contract_lines.filter(closed_on=None).order_by("position"))
    milestones = list(
        Milestone.objects.filter(contract_line__in=lines, is_removed=False).order_by("position", "pk")
    )
    days = [task.starts_on for task in tasks] + [task.due_on for task in tasks]
    days += [line.first_period_on for line in lines] + [each.planned_on for each in milestones]
    anchor = project.starts_on or min(filter(None, days), default=None)
    numbers = {line.pk: number for number, line in enumerate(lines)}
    plans, places = _tasks(project, tasks, anchor, numbers)
    base = ProjectBase.objects.filter(project=project).first()
    rounding = RoundingRule.objects.filter(project=project).first()
    return Plan(
        {name: getattr(project, name) for name in PROJECT_FIELDS},
        {"type": project.type, "category": project.category},
        day_of(project.starts_on, project.ends_on),
        plans,
        dict(project.team.values_list("staff", "is_lead")),
        lines=[_line(line, milestones, anchor) for line in lines],
        rounding=None if rounding is None else {name: getattr(rounding, name) for name in ROUNDING_FIELDS},
        card=_card(project, places, from_on),
        base=(base.source, base.letter) if base is not None else None,
        currency=project.currency,
        budget_months=relative(split_of(project), project.starts_on),
    )


def _tasks(
    project: Project, tasks: list[Task], anchor: date | None, lines: dict[int, int]
) -> tuple[list[TaskPlan], dict[int, int]]:
    """The open tasks whose parents are open, and the number of each by its id."""
    assigned: dict[int, list[int]] = {}
    for task_id, staff_id in TaskAssignee.objects.filter(task__project=project).values_list("task", "staff"):
        assigned.setdefault(task_id, []).append(staff_id)
    terms = {
        each.task_id: {name: getattr(each, name) for name in TERMS_FIELDS}
        for each in TaskTerms.objects.filter(task__project=project, contract_line__in=list(lines))
    }
    places: dict[int, int] = {}
    plans: list[TaskPlan] = []
    for task in tasks:
        if task.state != Task.State.OPEN or (task.parent_id is not None and task.parent_id not in places):
            continue
        places[task.pk] = len(plans)
        plans.append(
            TaskPlan(
                {name: getattr(task, name) for name in TASK_FIELDS},
                places[task.parent_id] if task.parent_id is not None else None,
                day_of(anchor, task.starts_on),
                day_of(anchor, task.due_on),
                tuple(assigned.get(task.pk, ())),
                lines.get(task.contract_line_id),
                terms.get(task.pk),
            )
        )
    return plans, places


def _line(line: ContractLine, milestones: list[Milestone], anchor: date | None) -> LinePlan:
    return LinePlan(
        {name: getattr(line, name) for name in LINE_FIELDS},
        day_of(anchor, line.first_period_on),
        _length(line),
        [
            MilestonePlan(
                {name: getattr(each, name) for name in MILESTONE_FIELDS}, day_of(anchor, each.planned_on)
            )
            for each in milestones
            if each.contract_line_id == line.pk
        ],
    )


def _length(line: ContractLine) -> Length | None:
    """From 1 January to 31 December are twelve months, whatever the year."""
    if line.first_period_on is None or line.last_period_on is None or line.period_count is not None:
        return None
    end, months = line.last_period_on + ONE_DAY, 0
    if line.frequency not in BY_WEEK:
        while add_months(line.first_period_on, months + 1) <= end:
            months += 1
    return Length(months, (end - add_months(line.first_period_on, months)).days)


def _card(project: Project, places: dict[int, int], from_on: date | None) -> CardPlan | None:
    """The project's own card with the rates that count from then on; those of tasks that stay behind do too."""
    card = RateCard.objects.filter(project=project).first()
    if card is None:
        return None
    rules: list[Any] = [
        rule
        for rule in RateRule.objects.filter(card=card).order_by("pk")
        if (rule.effective.upper is None or (from_on is not None and rule.effective.upper > from_on))
        and (rule.task_id is None or rule.task_id in places)
    ]
    rates = [
        RatePlan(
            {name: getattr(rule, name) for name in RATE_FIELDS},
            places[rule.task_id] if rule.task_id is not None else None,
        )
        for rule in rules
    ]
    return CardPlan({name: getattr(card, name) for name in CARD_FIELDS}, rates)
