"""The plan that a template of projects holds."""

from typing import Any

from projects.models import (
    ProjectTemplate,
    TemplateCard,
    TemplateLine,
    TemplateMilestone,
    TemplateRate,
    TemplateTask,
    TemplateTaskTerms,
)
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
)


def plan_of_template(template: ProjectTemplate) -> Plan:
    """What a template holds. A constant number of statements."""
    tasks = list(template.tasks.order_by("position"))
    lines = list(template.lines.order_by("position"))
    places = {task.pk: number for number, task in enumerate(tasks)}
    numbers = {line.pk: number for number, line in enumerate(lines)}
    terms = {each.task_id: each for each in TemplateTaskTerms.objects.filter(task__in=tasks)}
    plans = [_task(task, places, numbers, terms.get(task.pk)) for task in tasks]
    base = (template.base_source, template.base_letter) if template.base_letter else None
    return Plan(
        {name: getattr(template, name) for name in PROJECT_FIELDS},
        {"type": template.type, "category": template.category},
        template.length_days,
        plans,
        dict(template.team.values_list("staff", "is_lead")),
        lines=_lines(lines),
        rounding=rounding_of(template),
        card=_card(template, places),
        base=base,
        currency=template.currency,
        budget_months=list(template.budget_months.values_list("measure", "month_number", "budget")),
    )


def rounding_of(template: ProjectTemplate) -> dict[str, Any] | None:
    """The rule of rounding of its own; None where that of client or firm counts."""
    if not template.rounding_mode:
        return None
    return {name: getattr(template, f"rounding_{name}") for name in ROUNDING_FIELDS}


def _task(
    task: TemplateTask, places: dict[int, int], lines: dict[int, int], terms: TemplateTaskTerms | None
) -> TaskPlan:
    return TaskPlan(
        {name: getattr(task, name) for name in TASK_FIELDS},
        places[task.parent_id] if task.parent_id else None,
        task.start_day,
        task.due_day,
        line=lines[task.line_id] if task.line_id else None,
        terms={name: getattr(terms, name) for name in TERMS_FIELDS} if terms is not None else None,
    )


def _lines(lines: list[TemplateLine]) -> list[LinePlan]:
    milestones = list(TemplateMilestone.objects.filter(line__in=lines))
    return [
        LinePlan(
            {name: getattr(line, name) for name in LINE_FIELDS},
            line.first_period_day,
            Length(line.periods_months, line.periods_days or 0) if line.periods_months is not None else None,
            [
                MilestonePlan({name: getattr(each, name) for name in MILESTONE_FIELDS}, each.planned_day)
                for each in milestones
                if each.line_id == line.pk
            ],
        )
        for line in lines
    ]


def _card(template: ProjectTemplate, places: dict[int, int]) -> CardPlan | None:
    card = TemplateCard.objects.filter(template=template).first()
    if card is None:
        return None
    rates = [
        RatePlan(
            {name: getattr(rate, name) for name in RATE_FIELDS},
            places[rate.task_id] if rate.task_id is not None else None,
        )
        for rate in TemplateRate.objects.filter(card=card)
    ]
    return CardPlan({name: getattr(card, name) for name in CARD_FIELDS}, rates)
