"""The firm's lists of project types, statuses and categories, and its settings of projects."""

from collections.abc import Sequence

from django.db import transaction

from core import audit
from core.activating import set_active
from core.errors import Refusal
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.codes import check_pattern
from projects.models import ProjectLabel, ProjectRules
from projects.opening import NameIsMissing

MOST_ALERTS = 3
MOST_PERCENT = 500


class NotAShare(Refusal):
    sentence = "Choose up to three shares between 1 and 500 %, each once."


def add_label(*, kind: str, name: str, by: User | None) -> ProjectLabel:
    """Adds a type, status or category. Raises LabelExists."""
    return _save(ProjectLabel(kind=kind), "project_label.add", name, by)


def rename_label(*, label: ProjectLabel, name: str, by: User | None) -> ProjectLabel:
    """Gives it another name; projects that have it go along. Raises LabelExists."""
    return _save(label, "project_label.rename", name, by)


def deactivate_label(*, label: ProjectLabel, by: User | None) -> ProjectLabel:
    """Takes it out of pick-lists; projects that have it keep it."""
    require_manage(by)
    return set_active(label, False, verb="project_label", by=by)


def reactivate_label(*, label: ProjectLabel, by: User | None) -> ProjectLabel:
    """The way back of `deactivate_label`."""
    require_manage(by)
    return set_active(label, True, verb="project_label", by=by)


def set_project_rules(*, code_pattern: str, alert_percents: Sequence[int], by: User | None) -> ProjectRules:
    """Sets how codes are made and at which shares of a budget leads hear of it; none: they do not.

    Raises NotAPattern (field code_pattern), NotAShare (field alert_percents).
    """
    percents = sorted(alert_percents)
    if len(percents) > MOST_ALERTS or len(set(percents)) != len(percents):
        raise NotAShare(field="alert_percents")
    if any(not 1 <= percent <= MOST_PERCENT for percent in percents):
        raise NotAShare(field="alert_percents")
    pattern = check_pattern(code_pattern)
    with promises(), transaction.atomic():
        require_manage(by)
        rules = ProjectRules.objects.select_for_update().get(pk=1)
        audit.acting("project_rules.set", by=by, subject=rules)
        rules.code_pattern, rules.alert_percents = pattern, percents
        rules.save()
        return rules


def _save(label: ProjectLabel, verb: str, name: str, by: User | None) -> ProjectLabel:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting(verb, by=by, subject=label if label.pk else None, name=name)
        label.name = name
        label.save()
        return label
