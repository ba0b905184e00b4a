"""Milestones of contract lines: planned, achieved with the paper that shows it, taken out and put back."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File
from ninja.files import UploadedFile

from billing.access import VIEW_BILLING
from billing.api.contract_schemas import AchieveWish, ContractAnswer, MilestoneWish, contract_answer
from core.api import Routes
from core.responses import file_response
from people.guards import guarded
from projects.access import require_manage, visible_to
from projects.achieving import (
    achieve_milestone,
    attach_evidence,
    change_milestone,
    plan_milestone,
    remove_milestone,
    restore_milestone,
    take_back_achievement,
)
from projects.models import ContractLine, Milestone

routes = Routes("billing")


@routes.write("/contract-lines/{int:contract_line_id}/milestones", ContractAnswer, status=201)
@guarded(VIEW_BILLING)
def add_milestone(request: HttpRequest, contract_line_id: int, wish: MilestoneWish) -> ContractAnswer:
    """Plans a part of the fee."""
    lines = ContractLine.objects.select_related("project__client")
    line = get_object_or_404(lines.filter(project__in=visible_to(request.user)), pk=contract_line_id)
    plan_milestone(line=line, by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/milestones/{int:milestone_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def change_planned_milestone(request: HttpRequest, milestone_id: int, wish: MilestoneWish) -> ContractAnswer:
    """Changes the plan; what a draft or an invoice has of it stays."""
    found = _milestone(request, milestone_id)
    change_milestone(milestone=found, by=request.user, **wish.model_dump())
    return contract_answer(request, found.contract_line.project)


@routes.write("/milestones/{int:milestone_id}", method="DELETE")
@guarded(VIEW_BILLING)
def delete_milestone(request: HttpRequest, milestone_id: int) -> None:
    """Takes it out of the plan; what a draft or an invoice has of it stays."""
    remove_milestone(milestone=_milestone(request, milestone_id), by=request.user)


@routes.write("/milestones/{int:milestone_id}/restore", ContractAnswer)
@guarded(VIEW_BILLING)
def restore_planned_milestone(request: HttpRequest, milestone_id: int) -> ContractAnswer:
    """Puts it back into the plan."""
    found = restore_milestone(milestone=_milestone(request, milestone_id), by=request.user)
    return contract_answer(request, found.contract_line.project)


@routes.write("/milestones/{int:milestone_id}/file", ContractAnswer)
@guarded(VIEW_BILLING)
def upload_milestone_file(
    request: HttpRequest, milestone_id: int, file: File[UploadedFile]
) -> ContractAnswer:
    """Keeps the paper that shows an achieved milestone (PDF or picture), in place of the one before."""
    found = _milestone(request, milestone_id)
    attach_evidence(milestone=found, name=file.name or "acceptance.pdf", content=file.read(), by=request.user)
    return contract_answer(request, found.contract_line.project)


@routes.read("/milestones/{int:milestone_id}/file", None)
@guarded(VIEW_BILLING)
def show_milestone_file(request: HttpRequest, milestone_id: int) -> HttpResponseBase:
    """The paper itself."""
    found = _milestone(request, milestone_id)
    require_manage(request.user, found.contract_line.project)
    if found.file is None:
        raise Http404
    return file_response(found.file)


@routes.write("/milestones/{int:milestone_id}/achieve", ContractAnswer)
@guarded(VIEW_BILLING)
def achieve_planned_milestone(request: HttpRequest, milestone_id: int, wish: AchieveWish) -> ContractAnswer:
    """It is achieved, and the next draft bills it; the evidence says who accepted it."""
    found = _milestone(request, milestone_id)
    achieve_milestone(milestone=found, by=request.user, **wish.model_dump())
    return contract_answer(request, found.contract_line.project)


@routes.write("/milestones/{int:milestone_id}/take-back", ContractAnswer)
@guarded(VIEW_BILLING)
def take_back_milestone(request: HttpRequest, milestone_id: int) -> ContractAnswer:
    """The way back of achieving; refused once a draft or an invoice has it."""
    found = _milestone(request, milestone_id)
    take_back_achievement(milestone=found, by=request.user)
    return contract_answer(request, found.contract_line.project)


def _milestone(request: HttpRequest, milestone_id: int) -> Milestone:
    rows = Milestone.objects.select_related("contract_line__project__client", "file")
    mine = rows.filter(contract_line__project__in=visible_to(request.user))
    return get_object_or_404(mine, pk=milestone_id)
