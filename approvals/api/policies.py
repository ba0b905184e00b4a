"""Policies and delegations by the API. What is decided on is reached under its own room's routes."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from approvals.access import MANAGE_POLICIES
from approvals.arranging import MOST_STEPS, arrange, edit_policy
from approvals.delegating import delegate, end_delegation
from approvals.delegation_list import delegations_visible_to
from approvals.forms import DelegationForm, PolicyForm, StepForm, rules_of
from approvals.models import Delegation, Policy, Step
from approvals.submitting import NoPolicy, policy_for
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page, words_of
from people.access import has_right
from people.guards import guarded, staff_only

routes = Routes("approvals")


class StepRow(Row):
    id: int
    source: Annotated[Step.Source, words_of(Step.Source)]
    role_id: int | None
    person_id: int | None
    least_amount: Amount | None
    most_amount: Amount | None
    billable: str
    project_id: int | None
    department_id: int | None
    is_for_exceptions: bool
    certification: Annotated[Step.Certification, words_of(Step.Certification)]
    certified_for_minutes: int


class PolicyRow(Row):
    """How one kind of thing is approved. `stages` follow each other; the steps of one are asked side by side."""

    kind: str
    name: str
    statement: str
    allows_self_approval: bool
    is_required: bool = Field(description="Whether what no step fits waits for whoever decides on all.")
    is_blocking: bool
    is_together: bool = Field(
        description="Whether all steps are asked at once, and an approval counts for those before it as well."
    )
    reminds_after_days: int | None
    escalates_after_days: int | None
    version: int
    stages: list[list[StepRow]]

    @staticmethod
    def resolve_kind(policy: Policy) -> str:
        return policy.subject_kind

    @staticmethod
    def resolve_stages(policy: Policy) -> Sequence[Sequence[Step]]:
        stages: dict[int, list[Step]] = {}
        for step in policy.live_steps:
            stages.setdefault(step.position, []).append(step)
        return list(stages.values())


class StepWish(Wish):
    source: str
    role_id: Id | None = None
    person_id: Id | None = None
    least_amount: WishedAmount | None = Field(
        None, description="In the firm's currency; both ends are included."
    )
    most_amount: WishedAmount | None = None
    billable: str = Field("", description="BILLABLE, NON_BILLABLE, or empty for both.")
    project_id: Id | None = None
    department_id: Id | None = None
    is_for_exceptions: bool = Field(False, description="Only what is over a limit of its room, as of a code.")
    certification: str = "NONE"
    certified_for_minutes: int = Field(0, ge=0, le=1440)


class StagesWish(Wish):
    stages: list[list[StepWish]] = Field(max_length=MOST_STEPS)
    version: int | None = Field(None, description="As it was read; another one now is a conflict.")


class PolicyChange(Wish):
    statement: str = ""
    allows_self_approval: bool = False
    is_blocking: bool = True
    is_together: bool = False
    reminds_after_days: int | None = None
    escalates_after_days: int | None = None
    version: int | None = None


class DelegationRow(Row):
    id: int
    approver_id: int
    approver_name: str
    delegate_id: int
    delegate_name: str
    starts_on: date
    ends_on: date
    by_name: str

    @staticmethod
    def resolve_approver_name(delegation: Delegation) -> str:
        return delegation.approver.name

    @staticmethod
    def resolve_delegate_name(delegation: Delegation) -> str:
        return delegation.delegate.name


class DelegationWish(Wish):
    approver_id: Id | None = Field(None, description="Oneself, unless one manages policies.")
    delegate_id: Id
    starts_on: Day
    ends_on: Day


def _policy(kind: str) -> Policy:
    try:
        return policy_for(kind)
    except NoPolicy as error:
        raise Http404 from error


@routes.read("/approvals/policies", list[PolicyRow])
@guarded(MANAGE_POLICIES)
def list_policies(request: HttpRequest) -> list[Policy]:
    """How each kind of thing is approved."""
    return list(Policy.objects.prefetch_related("steps").order_by("pk"))


@routes.read("/approvals/policies/{kind}", PolicyRow)
@guarded(MANAGE_POLICIES)
def show_policy(request: HttpRequest, kind: str) -> Policy:
    """How one kind of thing is approved."""
    return _policy(kind)


@routes.write("/approvals/policies/{kind}", PolicyRow, method="PATCH")
@guarded(MANAGE_POLICIES)
def change_policy(request: HttpRequest, kind: str, wish: PolicyChange) -> Policy:
    """Changes what holds for all steps; what is not given stays."""
    given = wish.model_dump(exclude_unset=True)
    version = given.pop("version", None)
    values = cleaned(PolicyForm, given, policy=_policy(kind))
    return edit_policy(kind=kind, by=request.user, version=version, **values)


@routes.write("/approvals/policies/{kind}/steps", PolicyRow, method="PUT")
@guarded(MANAGE_POLICIES)
def arrange_steps(request: HttpRequest, kind: str, wish: StagesWish) -> Policy:
    """Replaces all steps. What waits keeps whom it asks, and goes through the new steps from there on."""
    _policy(kind)
    stages = [[rules_of(cleaned(StepForm, step)) for step in stage] for stage in wish.stages]
    return arrange(kind=kind, stages=stages, by=request.user, version=wish.version)


@routes.read("/approvals/delegations", Listing[DelegationRow])
@staff_only
def list_delegations(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Who decides in whose place: one's own, everybody's for those who manage policies."""
    return page(delegations_visible_to(request.user), part)


@routes.write("/approvals/delegations", DelegationRow, status=201)
@staff_only
def create_delegation(request: HttpRequest, wish: DelegationWish) -> Delegation:
    """Lets somebody decide in the approver's place, on days of the approver's own calendar."""
    member, chooses = request.user.staff_member, has_right(request.user, MANAGE_POLICIES)
    values = {"approver": member} | cleaned(DelegationForm, _given(wish), member=member, chooses=chooses)
    return delegate(**values, by=request.user, at=clock.now())


@routes.write("/approvals/delegations/{int:delegation_id}", method="DELETE")
@staff_only
def delete_delegation(request: HttpRequest, delegation_id: int) -> None:
    """Ends a delegation: yesterday was its last day, or it never began."""
    found = get_object_or_404(delegations_visible_to(request.user), pk=delegation_id)
    end_delegation(delegation=found, by=request.user, at=clock.now())


def _given(wish: DelegationWish) -> dict[str, Any]:
    return wish.model_dump(exclude_unset=True)
