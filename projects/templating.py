"""Templates of projects: made from a project, named, filled anew, put aside."""

from django.db import transaction

from core import audit
from core.activating import set_active
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.keeping_plans import keep_plan
from projects.models import Project, ProjectTemplate
from projects.opening import NameIsMissing
from projects.project_plan import plan_of_project


def save_as_template(*, project: Project, name: str, by: User | None, notes: str = "") -> ProjectTemplate:
    """Makes a template of a project: its settings, open tasks in their tree, current budgets, days from its start,
    its team, contract and rates. Raises TemplateExists."""
    with promises(), transaction.atomic():
        require_manage(by)
        template = ProjectTemplate(name=_clean(name), notes=notes.strip())
        template.save()
        audit.acting("template.save", by=by, subject=template, project=project.pk)
        keep_plan(template, plan_of_project(project))
        return template


def refill_template(*, template: ProjectTemplate, project: Project, by: User | None) -> ProjectTemplate:
    """Puts what a project has now in place of what the template held; its name stays.

    Projects that were opened from it stay as they are.
    """
    with promises(), transaction.atomic():
        require_manage(by)
        template = ProjectTemplate.objects.select_for_update().get(pk=template.pk)
        audit.acting("template.refill", by=by, subject=template, project=project.pk)
        keep_plan(template, plan_of_project(project))
        return template


def rename_template(
    *, template: ProjectTemplate, name: str, by: User | None, notes: str = ""
) -> ProjectTemplate:
    """Gives it another name and note. Raises TemplateExists."""
    with promises(), transaction.atomic():
        require_manage(by)
        template = ProjectTemplate.objects.select_for_update().get(pk=template.pk)
        audit.acting("template.rename", by=by, subject=template)
        template.name, template.notes = _clean(name), notes.strip()
        template.save()
        return template


def deactivate_template(*, template: ProjectTemplate, by: User | None) -> ProjectTemplate:
    """It is no longer offered."""
    require_manage(by)
    return set_active(template, False, verb="template", by=by)


def reactivate_template(*, template: ProjectTemplate, by: User | None) -> ProjectTemplate:
    """The way back of `deactivate_template`."""
    require_manage(by)
    return set_active(template, True, verb="template", by=by)


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing("Give the template a name.", field="name")
    return name
