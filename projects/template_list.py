"""The list of templates."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Sum

from projects.models import ProjectTemplate, TemplateCard, TemplateLine


@dataclass(frozen=True)
class TemplateRow:
    """A template with how many tasks it has, how many people, and what its tasks have of hours."""

    template: ProjectTemplate
    task_count: int
    people_count: int
    minutes: int | None
    methods: tuple[str, ...]
    has_rates: bool

    @property
    def contract(self) -> str:
        """What it holds of a contract, in words: its methods, each once, and whether rates come along."""
        rates = ["own rates"] if self.has_rates else []
        return ", ".join([*dict.fromkeys(self.methods), *rates])


def template_rows() -> list[TemplateRow]:
    """All templates, those that are put aside last. Three statements."""
    people = dict(ProjectTemplate.objects.order_by().values_list("pk").annotate(number=Count("team")))
    methods: dict[int, list[str]] = {}
    for template, method in TemplateLine.objects.order_by("position").values_list("template", "method"):
        methods.setdefault(template, []).append(str(TemplateLine.Method(method).label))
    rows = ProjectTemplate.objects.annotate(
        task_count=Count("tasks"),
        minutes=Sum("tasks__budget_minutes"),
        has_card=Exists(TemplateCard.objects.filter(template=OuterRef("pk"))),
    ).select_related("type")
    return [
        TemplateRow(
            row,
            row.task_count,
            people.get(row.pk, 0),
            row.minutes,
            tuple(methods.get(row.pk, ())),
            row.has_card or bool(row.base_letter),
        )
        for row in rows.order_by("-is_active", "name")
    ]
