"""Milestones of a contract line: planning them, and saying that they are achieved. Billing them is billing's."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import audit, files
from core.errors import Conflict, Refusal
from core.money import round_amount
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.contracting import Method, TermsAreMissing, lock_line
from projects.models import ContractLine, Milestone
from projects.opening import NameIsMissing

FILE_KIND = "projects.milestone"


class NoMilestonesHere(Refusal):
    sentence = "Only a fixed fee and a contract line of milestones have parts."


class NotAchieved(Conflict):
    sentence = "This milestone is not achieved yet. Say so first, then add the paper that shows it."


class EvidenceIsMissing(Refusal):
    sentence = "Say what shows that it is achieved: who accepted it, and how."


def plan_milestone(
    *,
    line: ContractLine,
    name: str,
    by: User | None,
    amount: Decimal | None = None,
    percent: Decimal | None = None,
    trigger: str = Milestone.Trigger.ACHIEVEMENT,
    planned_on: date | None = None,
) -> Milestone:
    """Adds a part of the fee: an amount, or a percentage of it; billed when achieved, or from its day on.

    Raises NoMilestonesHere, NameIsMissing, TermsAreMissing, NotAllowed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.method not in (Method.FIXED_FEE, Method.MILESTONE):
            raise NoMilestonesHere
        last = line.milestones.aggregate(last=Max("position"))["last"] or 0
        milestone = Milestone(contract_line=line, position=last + 1)
        _set(milestone, line, name, amount, percent, trigger, planned_on)
        milestone.save()
        audit.acting("milestone.plan", by=by, subject=milestone, line=line.pk, name=milestone.name)
    return milestone


def change_milestone(
    *,
    milestone: Milestone,
    name: str,
    by: User | None,
    amount: Decimal | None,
    percent: Decimal | None,
    trigger: str,
    planned_on: date | None,
) -> Milestone:
    """Changes the plan. Refused for what a draft or an invoice has of it."""
    with promises(), transaction.atomic():
        milestone, line = _locked(milestone, by)
        audit.acting("milestone.change", by=by, subject=milestone)
        _set(milestone, line, name, amount, percent, trigger, planned_on)
        milestone.save()
    return milestone


def remove_milestone(*, milestone: Milestone, by: User | None) -> Milestone:
    """Takes it out of the plan; `restore_milestone` puts it back. Refused for what a draft or an invoice has of it."""
    return _set_removed(milestone, by, is_removed=True)


def restore_milestone(*, milestone: Milestone, by: User | None) -> Milestone:
    """The way back of `remove_milestone`: as it was, in its place."""
    return _set_removed(milestone, by, is_removed=False)


def _set_removed(milestone: Milestone, by: User | None, *, is_removed: bool) -> Milestone:
    with promises(), transaction.atomic():
        milestone, _ = _locked(milestone, by)
        verb = "milestone.remove" if is_removed else "milestone.restore"
        audit.acting(verb, by=by, subject=milestone, name=milestone.name)
        milestone.is_removed = is_removed
        milestone.save(update_fields=["is_removed"])
    return milestone


def achieve_milestone(
    *,
    milestone: Milestone,
    on: date,
    evidence: str,
    by: User | None,
    silent_days: int | None = None,
    paper: tuple[str, bytes] | None = None,
) -> Milestone:
    """It is achieved, and may be billed. `evidence` says what shows it: who accepted it, and how; `paper` (name,
    content) is the file that does.

    With `silent_days` it was handed over on that day and counts as accepted so many days later, if nobody objects
    until then; an objection takes it back. Raises EvidenceIsMissing, IllegalMove, NotAllowed, and core.files'
    NotWhatItSays and TooLarge (field file).
    """
    words = " ".join(evidence.split())[:300]
    if not words:
        raise EvidenceIsMissing(field="evidence")
    if silent_days:
        words = f"{words[:220]} · handed over {on.isoformat()}, accepted by silence after {silent_days} days"
        on += timedelta(days=silent_days)
    with promises(), transaction.atomic():
        require_manage(by, milestone.contract_line.project)
        file = files.store(*paper, FILE_KIND) if paper else None
        return _move(
            milestone,
            Milestone.State.ACHIEVED,
            by,
            achieved_on=on,
            evidence=words,
            file=file or milestone.file,
        )


def attach_evidence(*, milestone: Milestone, name: str, content: bytes, by: User | None) -> Milestone:
    """Keeps the paper that shows an achieved milestone, in place of the one before. Raises NotAchieved, NotAllowed,
    core.files' NotWhatItSays and TooLarge."""
    with promises(), transaction.atomic():
        milestone, _ = _locked(milestone, by)
        if milestone.state != Milestone.State.ACHIEVED:
            raise NotAchieved
        audit.acting("milestone.evidence", by=by, subject=milestone, name=name)
        milestone.file = files.store(name, content, FILE_KIND)
        milestone.save(update_fields=["file"])
    return milestone


def take_back_achievement(*, milestone: Milestone, by: User | None) -> Milestone:
    """The way back of `achieve_milestone`; refused once a draft or an invoice has it."""
    return _move(milestone, Milestone.State.PLANNED, by, achieved_on=None, evidence="", file=None)


def _move(milestone: Milestone, state: Milestone.State, by: User | None, **facts: Any) -> Milestone:
    with promises(), transaction.atomic():
        milestone, _ = _locked(milestone, by)
        verb = "milestone.achieve" if state == Milestone.State.ACHIEVED else "milestone.take_back"
        audit.acting(verb, by=by, subject=milestone, why=facts["evidence"])
        Milestone.TRANSITIONS.move(milestone, state)
        for field, value in facts.items():
            setattr(milestone, field, value)
        milestone.save()
    return milestone


def _locked(milestone: Milestone, by: User | None) -> tuple[Milestone, ContractLine]:
    line = lock_line(ContractLine.objects.get(milestones=milestone.pk), by)
    return Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk, contract_line=line), line


def _set(
    milestone: Milestone,
    line: ContractLine,
    name: str,
    amount: Decimal | None,
    percent: Decimal | None,
    trigger: str,
    planned_on: date | None,
) -> None:
    milestone.name = " ".join(name.split())[:120]
    if not milestone.name:
        raise NameIsMissing("Give the milestone a name.", field="name")
    if (amount is None) == (percent is None):
        raise TermsAreMissing("Enter either an amount or a percentage of the fee.", field="amount")
    if percent is not None and line.fee_amount is None:
        raise TermsAreMissing(
            "A percentage needs the fee of the contract line. Enter that first.", field="percent"
        )
    if trigger == Milestone.Trigger.DAY and planned_on is None:
        raise TermsAreMissing("Say on which day it is billed.", field="planned_on")
    milestone.amount = None if amount is None else round_amount(amount, line.project.currency)
    milestone.percent, milestone.trigger, milestone.planned_on = percent, trigger, planned_on
