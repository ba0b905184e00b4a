"""Filling a template of projects with a plan."""

from projects.models import (
    ProjectTemplate,
    TemplateBudgetMonth,
    TemplateCard,
    TemplateLine,
    TemplateMember,
    TemplateMilestone,
    TemplateRate,
    TemplateTask,
    TemplateTaskTerms,
)
from projects.plans import ROUNDING_FIELDS, Plan, levels


def keep_plan(template: ProjectTemplate, plan: Plan) -> None:
    """Writes the plan as the content of a template, in place of what it held. One statement for each level of tasks."""
    TemplateCard.objects.filter(template=template).delete()
    template.tasks.all().delete()
    template.lines.all().delete()
    template.team.all().delete()
    template.budget_months.all().delete()
    for name, value in (plan.values | plan.labels | {"length_days": plan.length_days}).items():
        setattr(template, name, value)
    template.currency = plan.currency if plan.has_amounts or plan.has_rates else ""
    template.base_source, template.base_letter = plan.base or ("", "")
    rounding = plan.rounding or {"mode": "", "unit_minutes": None, "minimum_minutes": None, "scope": ""}
    for name in ROUNDING_FIELDS:
        setattr(template, f"rounding_{name}", rounding[name])
    template.save()
    tasks = _keep_tasks(template, plan, _keep_lines(template, plan))
    _keep_card(template, plan, tasks)
    TemplateBudgetMonth.objects.bulk_create(
        TemplateBudgetMonth(template=template, measure=measure, month_number=number, budget=budget)
        for measure, number, budget in plan.budget_months
    )
    TemplateMember.objects.bulk_create(
        TemplateMember(template=template, staff_id=pk, is_lead=is_lead) for pk, is_lead in plan.team.items()
    )


def _keep_lines(template: ProjectTemplate, plan: Plan) -> list[TemplateLine]:
    lines = [
        TemplateLine(
            template=template,
            first_period_day=line.first_period_day,
            periods_months=line.length.months if line.length else None,
            periods_days=line.length.days if line.length else None,
            **line.values,
        )
        for line in plan.lines
    ]
    TemplateLine.objects.bulk_create(lines)
    TemplateMilestone.objects.bulk_create(
        TemplateMilestone(line=made, planned_day=each.planned_day, **each.values)
        for made, line in zip(lines, plan.lines, strict=True)
        for each in line.milestones
    )
    return lines


def _keep_tasks(template: ProjectTemplate, plan: Plan, lines: list[TemplateLine]) -> dict[int, TemplateTask]:
    made: dict[int, TemplateTask] = {}
    for level in levels(plan.tasks):
        rows = {
            number: TemplateTask(
                template=template,
                parent=made[task.parent] if task.parent is not None else None,
                line=lines[task.line] if task.line is not None else None,
                position=number + 1,
                start_day=task.start_day,
                due_day=task.due_day,
                **task.values,
            )
            for number, task in level
        }
        TemplateTask.objects.bulk_create(rows.values())
        made |= rows
    TemplateTaskTerms.objects.bulk_create(
        TemplateTaskTerms(task=made[number], **task.terms)
        for number, task in enumerate(plan.tasks)
        if task.terms is not None
    )
    return made


def _keep_card(template: ProjectTemplate, plan: Plan, tasks: dict[int, TemplateTask]) -> None:
    if plan.card is None:
        return
    card = TemplateCard.objects.create(template=template, **plan.card.values)
    TemplateRate.objects.bulk_create(
        TemplateRate(card=card, task=tasks[rate.task] if rate.task is not None else None, **rate.values)
        for rate in plan.card.rates
    )
