"""Submitting expenses for approval, and recalling them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.models import Request
from approvals.preview import goes_to
from approvals.submitting import policy_for, submit, withdraw
from core import audit
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.models import StaffMember, User
from timesheets.expenses.access import require_record
from timesheets.expenses.costing import cost_lines
from timesheets.expenses.events import expenses_submitted
from timesheets.expenses.policies import Finding, Findings, Severity, findings_for
from timesheets.expenses.subjects import KIND, subjects_of
from timesheets.expenses.values import total
from timesheets.models import Expense, ExpenseReport

State = Expense.State
# What costing writes, beside the state.
COSTED = [
    *("currency", "amount", "unit_rate", "unit_cost_amount", "unit_billing_amount"),
    *("exchange_rate", "exchange_source", "base_amount"),
    *("billable_currency", "billable_amount", "billable_source", "needs_second", "state", "version"),
]


class NothingToSubmit(Refusal):
    """None of the lines can be submitted."""

    sentence = "There is nothing to submit: these lines are submitted or approved already."


class NotSubmittable(Refusal):
    """Something is missing, or the firm's policy refuses. Facts: `findings` by the line's id."""


class NotAcknowledged(Refusal):
    """The firm's policy warns. Facts: `findings` by the line's id."""


class NothingToRecall(Refusal):
    """None of the lines is waiting for a decision."""

    sentence = "There is nothing to recall: no line is waiting for a decision."


@dataclass
class Submission:
    """What was submitted, in the report's currency, and for whom it waits."""

    expense_ids: list[int] = field(default_factory=list)
    amount: Decimal = ZERO
    currency: str = ""
    waits_for: list[str] = field(default_factory=list)


def submit_report(
    *,
    report: ExpenseReport,
    by: User | None,
    at: datetime,
    acknowledged: bool = False,
    expense_ids: Sequence[int] | None = None,
) -> Submission:
    """Submits the report's drafts and returned lines, or those among `expense_ids`; all or none.

    Amounts are worked out anew from the rates that are known now. The firm's limits are looked at with the person
    locked, so that two reports at once do not both stay below one. What is beyond a limit that asks for a second
    approver is marked for one. Raises NotAllowed, NothingToSubmit, NotSubmittable for what blocks, NotAcknowledged for
    warnings that were not acknowledged.
    """
    require_record(by, report.staff)
    with promises(), transaction.atomic():
        StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=report.staff_id)
        lines = _locked(report, [State.DRAFT, State.REJECTED], expense_ids)
        if not lines:
            raise NothingToSubmit
        cost_lines(lines)
        findings = findings_for(lines)
        _check(findings, acknowledged)
        ids = [line.pk for line in lines]
        audit.acting("expense.submit", by=by, subject=report, expense_ids=ids)
        for line in lines:
            line.needs_second = any(each.severity == Severity.SECOND for each in findings[line.pk])
            line.state, line.version = State.SUBMITTED, line.version + 1
        Expense.objects.bulk_update(lines, COSTED)
        requests = submit(subjects=subjects_of(lines), by=by, at=at)
        # Where the policy asks nobody, the line is approved with it.
        passed = [each.subject_id for each in requests if each.state == Request.State.APPROVED]
        if passed:
            Expense.objects.filter(pk__in=passed).update(state=State.APPROVED)
        expenses_submitted.send(sender=Expense, expenses=lines, by=by, at=at)
    waits_for = {request.waits_for_id for request in requests if request.waits_for_id}
    names = StaffMember.objects.filter(pk__in=waits_for).values_list("name", flat=True)
    return Submission(ids, total(line.base_amount for line in lines), report.currency, list(names))


def next_approvers(lines: Sequence[Expense], findings: Findings) -> str:
    """`Dana Ruiz, then Finance`: for whom these lines would wait. A few statements, none without lines."""
    if not lines:
        return ""
    for line in lines:
        line.needs_second = any(each.severity == Severity.SECOND for each in findings[line.pk])
    return goes_to(policy_for(KIND), subjects_of(lines))


def recall_report(
    *, report: ExpenseReport, by: User | None, at: datetime, expense_ids: Sequence[int] | None = None
) -> list[int]:
    """Takes submitted lines back to drafts while nobody has decided on them.

    Raises NotAllowed, NothingToRecall, approvals' AlreadyDecidedOn.
    """
    require_record(by, report.staff)
    with promises(), transaction.atomic():
        ids = [line.pk for line in _locked(report, [State.SUBMITTED], expense_ids)]
        if not ids:
            raise NothingToRecall
        audit.acting("expense.recall", by=by, subject=report, expense_ids=ids)
        withdraw(kind=KIND, ids=ids, at=at)
        Expense.objects.filter(pk__in=ids).update(
            state=State.DRAFT, needs_second=False, version=F("version") + 1, updated_at=Now()
        )
    return ids


def _locked(report: ExpenseReport, states: Sequence[str], ids: Sequence[int] | None) -> list[Expense]:
    lines = Expense.objects.select_for_update(of=("self",)).filter(report=report, state__in=states)
    if ids is not None:
        lines = lines.filter(pk__in=ids)
    return list(lines.select_related("report__staff", "code", "project__client").order_by("pk"))


def _check(findings: Findings, acknowledged: bool) -> None:
    blocked = _worst(findings, Severity.BLOCK)
    if blocked:
        raise NotSubmittable(_words(blocked, "cannot be submitted"), findings=findings)
    warned = _worst(findings, Severity.SECOND) + _worst(findings, Severity.WARN)
    if warned and not acknowledged:
        raise NotAcknowledged(_words(warned, "should be looked at"), findings=findings, field="acknowledged")


def _worst(findings: Findings, severity: Severity) -> list[Finding]:
    return [finding for each in findings.values() for finding in each if finding.severity == severity]


def _words(found: Sequence[Finding], what: str) -> str:
    first = found[0].sentence
    if len(found) == 1:
        return first
    more = len(found) - 1
    return f"{first} {more} more {'thing' if more == 1 else 'things'} {what}."
