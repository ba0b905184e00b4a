"""Reviewing drafts: given into review, approved step by step, returned with a reason."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from approvals.certifying import Signature, certify, steps_asked
from approvals.deciding import Mandate, ReasonIsMissing, Result, decide
from approvals.models import Certification, Decision, Step
from approvals.ports import Outcome
from approvals.submitting import policy_for, submit, supersede
from billing.access import DRAFT_INVOICES, REVIEW_INVOICES
from billing.events import review_approved, review_returned, review_waits
from billing.issuing import ChangedMeanwhile, what_is_missing
from billing.models import Invoice, InvoiceReview
from billing.promises import DraftIsStale
from billing.reviews import KIND, policy, review_of, subject_of
from core import audit
from core.errors import Conflict, Refusal
from core.promises import promises
from people.access import has_right, require
from people.models import StaffMember, User


class NoReview(Refusal):
    sentence = "Nobody reviews invoices in your firm. Settings, Approvals says who."


class AlreadyInReview(Conflict):
    sentence = "This draft is in review already, as it is now."


class NotReadyForReview(Refusal):
    """Something is missing; the message says what."""


class NobodyDrafted(Refusal):
    sentence = "Only somebody who works here can give a draft into review."


class SignatureIsMissing(Refusal):
    sentence = "A step of the review asks for your signature. Type your name and password."


class NothingToReview(Conflict):
    sentence = "This was decided on or changed meanwhile. Look at it again."


def submit_for_review(*, invoice: Invoice, by: User, at: datetime, version: int | None = None) -> Invoice:
    """Gives the draft as it is now to whoever the policy names. A change afterwards ends the review.

    The drafter is its owner, whom nobody asks about their own. Announces review_waits. Raises NotAllowed, NoReview,
    ChangedMeanwhile, DraftIsStale, NotReadyForReview, AlreadyInReview, NobodyDrafted.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        draft = _locked([invoice.pk], {} if version is None else {invoice.pk: version})[0]
        if policy() is None:
            raise NoReview
        if draft.is_stale:
            raise DraftIsStale
        if missing := what_is_missing(draft, draft.lines.count()):
            raise NotReadyForReview(missing)
        if review_of(draft).state == "IN_REVIEW":
            raise AlreadyInReview
        owner = _owner(draft, by)
        audit.acting("invoice.submit_for_review", by=by, subject=draft, version=draft.version)
        supersede(kind=KIND, ids=[draft.pk])
        InvoiceReview.objects.create(invoice=draft, version=draft.version, submitted_by=by, submitted_at=at)
        submit(subjects=[subject_of(draft, owner, at.date())], by=by, at=at)
        review_waits.send(Invoice, invoices=[draft], by=by, at=at)
    return draft


def approve_invoices(
    *,
    ids: Sequence[int],
    by: User,
    at: datetime,
    seen: Mapping[int, int] | None = None,
    signature: Signature | None = None,
) -> Result:
    """Decides on the person's step of each draft. What waits for somebody else is skipped with its reason.

    `seen` are the versions that the person looked at, by the draft's id. Where a step asks for it the signature is
    kept with a hash of each draft's total. Announces review_waits and review_approved. Raises ChangedMeanwhile,
    SignatureIsMissing, SignatureIsWrong, NothingToReview.
    """
    with promises(), transaction.atomic():
        drafts = _locked(ids, seen or {})
        steps = steps_asked(KIND, ids)
        asks = any(step.certification != Step.Certification.NONE for step in steps)
        if asks and signature is None:
            raise SignatureIsMissing

        def sign(decided: Sequence[int]) -> Certification:
            assert signature is not None
            lines = [
                {"id": draft.pk, "version": draft.version, "total": draft.total_amount}
                for draft in drafts
                if draft.pk in decided
            ]
            statement = policy_for(KIND).statement
            return certify(
                by=by, signature=signature, statement=statement, lines=lines, minutes=0, at=at, steps=steps
            )

        audit.acting("invoice.approve", by=by, subject=drafts[0], invoices=[draft.pk for draft in drafts])
        result = _decide(drafts, Decision.Outcome.APPROVED, by, at, sign=sign if asks else None)
        for outcome, fact in ((Outcome.WAITING, review_waits), (Outcome.APPROVED, review_approved)):
            if through := [draft for draft in drafts if draft.pk in result.ids(outcome)]:
                fact.send(Invoice, invoices=through, by=by, at=at)
    return result


def return_invoice(
    *, invoice: Invoice, reason: str, by: User, at: datetime, version: int | None = None
) -> Result:
    """Ends the review with a reason; whoever drafted it changes it and gives it into review again.

    Announces review_returned. Raises ReasonIsMissing, ChangedMeanwhile, NothingToReview.
    """
    if not reason.strip():
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        drafts = _locked([invoice.pk], {} if version is None else {invoice.pk: version})
        audit.acting("invoice.return", by=by, subject=drafts[0], why=reason.strip())
        result = _decide(drafts, Decision.Outcome.REJECTED, by, at, reason=reason)
        review_returned.send(Invoice, invoice=drafts[0], by=by, at=at, reason=reason.strip())
    return result


def _decide(
    drafts: Sequence[Invoice],
    outcome: Decision.Outcome,
    by: User,
    at: datetime,
    *,
    reason: str = "",
    sign: Callable[[Sequence[int]], Certification] | None = None,
) -> Result:
    subjects = [subject_of(draft, _owner(draft, by), at.date()) for draft in drafts]
    result = decide(
        subjects=subjects,
        outcome=outcome,
        by=by,
        at=at,
        reason=reason,
        sign=sign,
        mandate=Mandate(decides_all=has_right(by, REVIEW_INVOICES)),
    )
    if not result.outcomes:
        raise NothingToReview(" ".join(dict.fromkeys(result.skipped.values())))
    return result


def _locked(ids: Collection[int], seen: Mapping[int, int]) -> list[Invoice]:
    """The drafts, locked in order. Raises NothingToReview when one is issued or gone, ChangedMeanwhile."""
    found = list(
        Invoice.objects.drafts()
        .select_for_update(of=("self",))
        .select_related("client", "project", "drafted_by__staff")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    if len(found) != len(set(ids)) or not found:
        raise NothingToReview
    if any(seen.get(draft.pk, draft.version) != draft.version for draft in found):
        raise ChangedMeanwhile
    return found


def _owner(draft: Invoice, by: User) -> StaffMember:
    drafter = draft.drafted_by.staff_member if draft.drafted_by else None
    owner = drafter or by.staff_member
    if owner is None:
        raise NobodyDrafted
    return owner
