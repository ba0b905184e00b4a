"""Who would be asked about somebody's work on a project, for programs."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from approvals.access import MANAGE_POLICIES
from approvals.preview import Stage
from approvals.submitting import NoPolicy, policy_for
from core.api import Id, Routes, WishedAmount
from people.guards import guarded
from people.models import StaffMember
from projects.access import visible_to
from reports.policy_page import Asking, asked_about

routes = Routes("approvals")


class AskingFilters(Schema):
    staff_id: Id
    project_id: Id | None = None
    is_billable: bool = True
    amount: WishedAmount | None = Field(None, description="In the firm's currency.")
    is_exceptional: bool = Field(False, description="Over a limit of its room, as of an expense code.")


class AskedRow(Schema):
    """Who is asked: a person's or a role's name. `source` is empty for whoever decides on everything."""

    name: str
    source: str
    is_role: bool


class SkippedStepRow(Schema):
    source: str
    why: str


class StageRow(Schema):
    """Those asked side by side; a stage that asks nobody says why."""

    asked: list[AskedRow]
    skipped: list[SkippedStepRow]


@routes.read("/approvals/policies/{kind}/asked", list[StageRow])
@guarded(MANAGE_POLICIES)
def show_asked(request: HttpRequest, kind: str, about: Query[AskingFilters]) -> list[StageRow]:
    """Who would be asked about a person's work on a project, one stage after the other; empty when nobody is."""
    try:
        policy = policy_for(kind)
    except NoPolicy as error:
        raise Http404 from error
    staff = get_object_or_404(StaffMember, pk=about.staff_id)
    project = get_object_or_404(visible_to(request.user), pk=about.project_id) if about.project_id else None
    asking = Asking(staff, project, about.is_billable, about.amount, about.is_exceptional)
    return [_row(stage) for stage in asked_about(policy, asking)]


def _row(stage: Stage) -> StageRow:
    asked = [
        AskedRow(name=each.name, source=each.step.source if each.step else "", is_role=each.is_role)
        for each in stage.asked
    ]
    skipped = [SkippedStepRow(source=skip.step.source, why=skip.why) for skip in stage.skipped]
    return StageRow(asked=asked, skipped=skipped)
