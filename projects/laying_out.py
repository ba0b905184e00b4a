"""Laying out what a plan holds on a new project: contract lines, tasks, rates, rounding."""

from datetime import date

from core.cycles import Cycle, last_day
from core.errors import Refusal
from core.periods import ONE_DAY, add_months
from projects.models import (
    BudgetMonth,
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
from projects.plans import LinePlan, Plan, date_of, levels


class StartIsMissing(Refusal):
    sentence = "{name} begins with the project. Say when that starts, or leave the contract out."


def lines_of(plan: Plan, starts_on: date | None) -> list[ContractLine]:
    """The contract lines of a plan, their periods counted from the start; not saved. Raises StartIsMissing."""
    return [
        ContractLine(
            first_period_on=date_of(starts_on, line.first_period_day),
            last_period_on=_last_period(line, starts_on),
            **line.values,
        )
        for line in plan.lines
        if _begins(line, starts_on)
    ]


def _begins(line: LinePlan, starts_on: date | None) -> bool:
    if line.needs_start and starts_on is None:
        raise StartIsMissing(name=line.values["name"], field="starts_on")
    return True


def _last_period(line: LinePlan, starts_on: date | None) -> date | None:
    first = date_of(starts_on, line.first_period_day)
    values = line.values
    if first is not None and values["period_count"] is not None:
        return last_day(Cycle(values["frequency"], values["anchor_day"], first), values["period_count"])
    if first is None or line.length is None:
        return None
    return add_months(first, line.length.months) + ONE_DAY * line.length.days - ONE_DAY


def lay_milestones(plan: Plan, lines: list[ContractLine], starts_on: date | None) -> None:
    """The milestones of the lines, planned and not achieved."""
    Milestone.objects.bulk_create(
        Milestone(contract_line=made, planned_on=date_of(starts_on, each.planned_day), **each.values)
        for made, line in zip(lines, plan.lines, strict=True)
        for each in line.milestones
    )


def lay_tasks(
    project: Project, plan: Plan, lines: list[ContractLine], starts_on: date | None, team: set[int]
) -> dict[int, Task]:
    """The tasks in their tree with their terms, on the lines of the plan, else on the project's first. Who is not on
    the team is not assigned. One statement for each level."""
    made: dict[int, Task] = {}
    for level in levels(plan.tasks):
        rows = {
            number: Task(
                project=project,
                contract_line=lines[task.line] if plan.lines and task.line is not None else lines[0],
                parent=made[task.parent] if task.parent is not None else None,
                position=number + 1,
                starts_on=date_of(starts_on, task.start_day),
                due_on=date_of(starts_on, task.due_day),
                **task.values,
            )
            for number, task in level
        }
        Task.objects.bulk_create(rows.values())
        made |= rows
    TaskAssignee.objects.bulk_create(
        TaskAssignee(task=made[number], staff_id=pk)
        for number, task in enumerate(plan.tasks)
        for pk in task.assignees
        if pk in team
    )
    TaskTerms.objects.bulk_create(
        TaskTerms(contract_line=made[number].contract_line, task=made[number], **task.terms)
        for number, task in enumerate(plan.tasks)
        if plan.lines and task.terms is not None
    )
    return made


def lay_rates(project: Project, plan: Plan, tasks: dict[int, Task]) -> None:
    """The project's own rate card, and the letter that is its base rate."""
    if plan.card is not None:
        name = f"{project.code} {project.name}"[:80]
        card = RateCard.objects.create(
            name=name,
            scope=RateCard.Scope.PROJECT,
            project=project,
            currency=project.currency,
            **plan.card.values,
        )
        RateRule.objects.bulk_create(
            RateRule(card=card, task=tasks[rate.task] if rate.task is not None else None, **rate.values)
            for rate in plan.card.rates
        )
    if plan.base is not None:
        source, letter = plan.base
        ProjectBase.objects.create(project=project, source=source, letter=letter)


def lay_budget_months(project: Project, plan: Plan, starts_on: date | None) -> None:
    """The budget by month, counted from the month of the start; without a start it is left out."""
    if starts_on is not None:
        first = starts_on.replace(day=1)
        BudgetMonth.objects.bulk_create(
            BudgetMonth(project=project, measure=measure, month=add_months(first, number), budget=budget)
            for measure, number, budget in plan.budget_months
        )


def lay_rounding(project: Project, plan: Plan) -> None:
    """Its own rule of rounding, where the plan has one."""
    if plan.rounding is not None:
        RoundingRule.objects.create(project=project, **plan.rounding)
