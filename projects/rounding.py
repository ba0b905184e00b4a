"""Rules of rounding: the firm's, and the exceptions of clients and projects."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from clients.models import Client
from core import audit
from core.promises import promises
from people.access import has_right
from people.models import User
from projects.access import VIEW_ALL_PROJECTS, require_manage_rates, visible_to
from projects.models import Project, RoundingRule


@dataclass(frozen=True)
class Wanted:
    """How minutes are rounded: to `unit_minutes`, by `mode`, at least `minimum_minutes`, each `scope` by itself."""

    unit_minutes: int
    mode: str
    minimum_minutes: int
    scope: str


def rules_of(project_ids: Collection[int]) -> dict[int, RoundingRule | None]:
    """The rule that applies to each project: its own, else its client's, else the firm's. One statement."""
    rules = list(
        RoundingRule.objects.annotate(of_project=F("client__projects")).filter(
            Q(client=None, project=None) | Q(project__in=project_ids) | Q(of_project__in=project_ids)
        )
    )
    firm = next((rule for rule in rules if rule.client_id is None and rule.project_id is None), None)
    by_client = {rule.of_project: rule for rule in rules if rule.client_id}
    own = {rule.project_id: rule for rule in rules if rule.project_id}
    return {pk: own.get(pk) or by_client.get(pk) or firm for pk in project_ids}


def with_rounding(projects: QuerySet[Project]) -> QuerySet[Any]:
    """Adds `is_rounded`: whether the rule that applies (the project's, else its client's, else the firm's) changes any
    minutes."""
    rules = RoundingRule.objects.annotate(
        changes=Case(
            When(
                Q(minimum_minutes__gt=0) | ~Q(mode=RoundingRule.Mode.NONE) & Q(unit_minutes__gt=1), then=True
            ),
            default=False,
            output_field=BooleanField(),
        )
    ).values("changes")
    return projects.annotate(
        is_rounded=Coalesce(
            Subquery(rules.filter(project=OuterRef("pk"))[:1]),
            Subquery(rules.filter(client=OuterRef("client"))[:1]),
            Subquery(rules.filter(client=None, project=None)[:1]),
            Value(False),
        )
    )


def firm_rule() -> RoundingRule | None:
    """The rule of the firm; None rounds nothing."""
    return RoundingRule.objects.filter(client=None, project=None).first()


def exceptions_visible_to(by: User) -> QuerySet[RoundingRule]:
    """The rules of clients, and of the projects that the person may see, in the order of their names."""
    rules = RoundingRule.objects.exclude(client=None, project=None).select_related(
        "client", "project__client"
    )
    if not has_right(by, VIEW_ALL_PROJECTS):
        rules = rules.filter(Q(project=None) | Q(project__in=visible_to(by)))
    return rules.order_by("client__name", "project__name")


def set_rounding(
    *, wanted: Wanted, by: User | None, client: Client | None = None, project: Project | None = None
) -> RoundingRule:
    """Sets the rule of the firm, or the exception of a client or a project.

    It counts for what is drafted from now on; drafts follow when they are recalculated, invoices never. Minutes that
    are recorded stay as they are. Raises NotAllowed; a unit is 1, 5, 6, 10, 15 or 30 minutes.
    """
    with promises(), transaction.atomic():
        require_manage_rates(by)
        audit.acting("rounding.set", by=by, subject=project or client, **vars(wanted))
        return RoundingRule.objects.update_or_create(client=client, project=project, defaults=vars(wanted))[0]


def clear_rounding(*, by: User | None, client: Client | None = None, project: Project | None = None) -> None:
    """Takes a rule away: a project follows its client again, a client the firm, and the firm rounds nothing."""
    with transaction.atomic():
        require_manage_rates(by)
        audit.acting("rounding.clear", by=by, subject=project or client)
        RoundingRule.objects.filter(client=client, project=project).delete()
