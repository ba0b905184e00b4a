"""Approving and returning expenses, and taking a decision back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.certifying import Signature, certify, steps_asked
from approvals.deciding import Mandate, Result, decide, reopen
from approvals.models import Certification, Decision, Step
from approvals.ports import Outcome
from approvals.submitting import policy_for
from core import audit
from core.errors import NotAllowed, Refusal
from core.money import ZERO
from core.promises import promises
from people.access import has_right
from people.models import User
from timesheets.access import APPROVE_ALL, decides_alone, may_decide
from timesheets.expenses.events import expenses_approved, expenses_returned, expenses_taken_back
from timesheets.expenses.subjects import KIND, certified_lines, subjects_of
from timesheets.expenses.values import total
from timesheets.models import Expense

State = Expense.State
CHANGED = "It was changed since you read it."


class CertificationIsMissing(Refusal):
    """The policy asks for a signature under its statement."""

    sentence = "Approving needs your name and password under the statement."


class NothingToDecide(Refusal):
    """None of the lines is waiting for this person."""


class CannotBeTakenBack(Refusal):
    """The decision cannot be reversed, because something was built on it."""

    sentence = "This cannot be taken back any more: the lines were changed, paid back, billed or submitted again since."


@dataclass
class Decided:
    """What a decision did: lines decided, lines that now wait for the next step, lines skipped with the reason."""

    expense_ids: list[int] = field(default_factory=list)
    waiting_ids: list[int] = field(default_factory=list)
    amount: Decimal = ZERO
    skipped: dict[int, str] = field(default_factory=dict)
    certification: Certification | None = None


def approve_expenses(
    *,
    expense_ids: Sequence[int],
    by: User,
    at: datetime,
    signature: Signature | None = None,
    seen: Mapping[int, int] | None = None,
) -> Decided:
    """Approves the present step of each line; a line is approved after its last step. The others of a report go on.

    Asks for a signature where a step says so; within the minutes that the steps allow, an earlier one of the session is
    enough. What waits no more, or for somebody else, is skipped with its reason; so is what is not of the version in
    `seen`. A constant number of statements. Raises NotAllowed,
    CertificationIsMissing, SignatureIsWrong, NothingToDecide.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        lines, changed = _as_seen(_lock(expense_ids), seen)
        steps = steps_asked(KIND, [line.pk for line in lines])
        asks = any(step.certification != Step.Certification.NONE for step in steps)
        if asks and signature is None:
            raise CertificationIsMissing
        certifications: list[Certification] = []

        def sign(ids: Sequence[int]) -> Certification:
            assert signature is not None
            certifications.append(_certify(_of(lines, ids), by, at, signature, steps))
            return certifications[0]

        audit.acting("expense.approve", by=by, expense_ids=[line.pk for line in lines])
        result = decide(
            subjects=subjects_of(lines),
            outcome=Decision.Outcome.APPROVED,
            by=by,
            at=at,
            sign=sign if asks else None,
            mandate=mandate_of(by),
        )
        decided = _write(result, lines, Outcome.APPROVED, State.APPROVED)
        decided.skipped |= changed
        decided.certification = next(iter(certifications), None)
        approved = _of(lines, decided.expense_ids)
        expenses_approved.send(sender=Expense, expenses=approved, by=by, at=at)
    return decided


def _certify(
    lines: Sequence[Expense], by: User, at: datetime, signature: Signature, steps: Sequence[Step]
) -> Certification:
    return certify(
        by=by,
        signature=signature,
        statement=policy_for(KIND).statement,
        lines=certified_lines(lines),
        minutes=0,
        at=at,
        steps=steps,
    )


def return_expenses(*, expense_ids: Sequence[int], reason: str, by: User, at: datetime) -> Decided:
    """Returns lines to their owner with a reason; the other lines of the report go on.

    Raises NotAllowed, ReasonIsMissing, NothingToDecide.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        lines = _lock(expense_ids)
        audit.acting("expense.return", by=by, why=reason, expense_ids=[line.pk for line in lines])
        result = decide(
            subjects=subjects_of(lines),
            outcome=Decision.Outcome.REJECTED,
            by=by,
            at=at,
            reason=reason,
            mandate=mandate_of(by),
        )
        decided = _write(result, lines, Outcome.REJECTED, State.REJECTED)
        returned = _of(lines, decided.expense_ids)
        expenses_returned.send(sender=Expense, expenses=returned, by=by, at=at, reason=reason.strip())
    return decided


def take_back_expenses(*, expense_ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Approved or returned lines wait for a decision again. The inverse of approving and returning.

    Only the person who decided last, or somebody who decides on everything; not what was paid back, billed or changed
    since. Raises NotAllowed, CannotBeTakenBack.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        lines = list(
            Expense.objects.select_for_update(of=("self",))
            .filter(
                pk__in=expense_ids,
                state__in=[State.APPROVED, State.REJECTED],
                reimbursement=None,
                reverses=None,
            )
            .order_by("pk")
        )
        if not lines or len(lines) != len(set(expense_ids)):
            raise CannotBeTakenBack
        if not has_right(by, APPROVE_ALL) and not _decided_all(expense_ids, by):
            raise NotAllowed("Only the person who decided can take it back.")
        audit.acting("expense.take_back", by=by, why=reason, expense_ids=list(expense_ids))
        again = reopen(kind=KIND, ids=list(expense_ids), by=by, at=at, reason=reason)
        if len(again) != len(lines):
            raise CannotBeTakenBack
        _set_state(again, State.SUBMITTED)
        expenses_taken_back.send(sender=Expense, expense_ids=again, by=by, at=at)
    return again


def require_decider(by: User) -> None:
    """Raises NotAllowed unless the person decides on somebody's expenses."""
    if not may_decide(by):
        raise NotAllowed("You do not decide on expenses. Ask the owner of your firm for the right.")


def mandate_of(by: User) -> Mandate:
    """What the person may decide on."""
    return Mandate(decides_all=has_right(by, APPROVE_ALL), is_alone=decides_alone(by))


def _lock(expense_ids: Sequence[int]) -> list[Expense]:
    lines = list(
        Expense.objects.select_for_update(of=("self",))
        .filter(pk__in=expense_ids, state=State.SUBMITTED)
        .select_related("project", "code", "report__staff__user")
        .order_by("pk")
    )
    if not lines:
        raise NothingToDecide("None of these lines waits for a decision any more.")
    return lines


def _as_seen(lines: list[Expense], seen: Mapping[int, int] | None) -> tuple[list[Expense], dict[int, str]]:
    """The lines that are as the person read them, and why the others are not decided on."""
    if seen is None:
        return lines, {}
    changed = {line.pk for line in lines if seen.get(line.pk) != line.version}
    same = [line for line in lines if line.pk not in changed]
    if not same:
        raise NothingToDecide(CHANGED)
    return same, dict.fromkeys(changed, CHANGED)


def _write(result: Result, lines: Sequence[Expense], outcome: Outcome, state: str) -> Decided:
    ids, waiting = result.ids(outcome), result.ids(Outcome.WAITING)
    if not ids and not waiting:
        raise NothingToDecide(next(iter(result.skipped.values()), "None of these lines waits for you."))
    _set_state(ids, state)
    amount = total(line.base_amount for line in _of(lines, {*ids, *waiting}))
    return Decided(ids, waiting, amount, result.skipped)


def _set_state(ids: Iterable[int], state: str) -> None:
    Expense.objects.filter(pk__in=list(ids)).update(state=state, version=F("version") + 1, updated_at=Now())


def _of(lines: Iterable[Expense], ids: Iterable[int]) -> list[Expense]:
    wanted = set(ids)
    return [line for line in lines if line.pk in wanted]


def _decided_all(expense_ids: Sequence[int], by: User) -> bool:
    """Whether the latest decision on each line is this person's."""
    latest = (
        Decision.objects.filter(request__subject_kind=KIND, request__subject_id__in=expense_ids)
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("by_id", flat=True)
    )
    return all(by_id == by.pk for by_id in latest)
