"""Review of drafts: by the policy's steps, for the version that was looked at, blocking or advisory."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from approvals.arranging import StepRules, arrange, edit_policy
from approvals.certifying import Signature
from approvals.models import Certification, Request, Step
from billing.editing import add_line, delete_draft
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.reviewing import (
    AlreadyInReview,
    NoReview,
    NothingToReview,
    SignatureIsMissing,
    approve_invoices,
    return_invoice,
    submit_for_review,
)
from billing.reviews import KIND, ReviewIsMissing, kept_review, review_of, waiting_invoices
from core.errors import Conflict, NotAllowed
from people.models import User
from projects.models import Project
from projects.opening import edit_project
from tests.billing.test_payers import of_two_projects
from tests.billing.work import drafted
from tests.cast import NOW, PASSWORD, TODAY, Cast

pytestmark = pytest.mark.usefixtures("own_cache")

LEAD = StepRules(source=Step.Source.PROJECT_LEAD)


def reviewed(cast: Cast, *stages: Any, blocking: bool = True) -> None:
    arrange(kind=KIND, stages=[list(stage) for stage in stages], by=cast.owner)
    edit_policy(kind=KIND, by=cast.owner, is_blocking=blocking)


def issue(invoice: Invoice, cast: Cast) -> Invoice:
    return issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)


def waits_for(user: User) -> list[Invoice]:
    return list(waiting_invoices(user, TODAY))


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def test_without_steps_nothing_is_asked(cast: Cast) -> None:
    invoice = drafted(cast)
    with pytest.raises(NoReview):
        submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    assert issue(invoice, cast).number


def test_a_blocking_review(cast: Cast) -> None:
    reviewed(cast, [LEAD])
    invoice = drafted(cast)
    with pytest.raises(ReviewIsMissing, match="needs a review"):
        issue(invoice, cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW, version=invoice.version)
    assert review_of(invoice).state == "IN_REVIEW"
    assert review_of(invoice).waits_for == "Dana Ruiz"
    with pytest.raises(AlreadyInReview):
        submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    with pytest.raises(ReviewIsMissing, match="waits for Dana Ruiz"):
        issue(invoice, cast)
    assert waits_for(cast.manager) == [invoice]
    assert waits_for(cast.member) == []
    # The owner may decide on every review, in place of whoever is asked.
    assert waits_for(cast.owner) == [invoice]
    with pytest.raises(NothingToReview, match="waits for Dana Ruiz"):
        approve_invoices(ids=[invoice.pk], by=cast.member, at=NOW)
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW, seen={invoice.pk: invoice.version})
    assert review_of(invoice).state == "APPROVED"
    assert issue(invoice, cast).number
    assert Request.objects.get(subject_kind=KIND).state == Request.State.APPROVED
    kept = kept_review(invoice)
    assert kept is not None
    assert (kept.issued_as, kept.approved_by) == ("APPROVED", "Dana Ruiz")


def test_an_advisory_review_only_shows(cast: Cast) -> None:
    reviewed(cast, [LEAD], blocking=False)
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    assert issue(invoice, cast).number
    kept = kept_review(invoice)
    assert kept is not None
    assert (kept.issued_as, kept.approved_by) == ("IN_REVIEW", "")
    # Nobody is asked about what is issued.
    assert waits_for(cast.manager) == []
    assert Request.objects.get(subject_kind=KIND).state == Request.State.WITHDRAWN


def test_a_changed_draft_is_asked_about_again(cast: Cast) -> None:
    reviewed(cast, [LEAD])
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    seen = invoice.version
    add_line(invoice=invoice, description="Travel", amount=Decimal(40), by=cast.finance)
    assert review_of(fresh(invoice)).state == "CHANGED"
    assert waits_for(cast.manager) == []
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW + timedelta(hours=1))
    with pytest.raises(Conflict):
        approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW, seen={invoice.pk: seen})
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW)
    add_line(invoice=invoice, description="Parking", amount=Decimal(5), by=cast.finance)
    with pytest.raises(ReviewIsMissing, match="changed since"):
        issue(fresh(invoice), cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    delete_draft(invoice=invoice, by=cast.finance)
    assert not Request.objects.waiting().filter(subject_kind=KIND).exists()


def test_returning_needs_words(cast: Cast) -> None:
    reviewed(cast, [LEAD])
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    with pytest.raises(Exception, match="Say what should be changed"):
        return_invoice(invoice=invoice, reason=" ", by=cast.manager, at=NOW)
    return_invoice(invoice=invoice, reason="Travel is missing", by=cast.manager, at=NOW)
    found = review_of(invoice)
    assert (found.state, found.reason, found.by_name) == ("RETURNED", "Travel is missing", "Dana Ruiz")
    with pytest.raises(ReviewIsMissing, match="Travel is missing"):
        issue(invoice, cast)
    with pytest.raises(NothingToReview):
        approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW)
    add_line(invoice=invoice, description="Travel", amount=Decimal(40), by=cast.finance)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW)
    assert issue(fresh(invoice), cast).number


def test_side_by_side_and_in_turn(cast: Cast) -> None:
    owner = StepRules(source=Step.Source.PERSON, person=cast.owner.staff_member)
    reviewed(cast, [LEAD, StepRules(source=Step.Source.LINE_MANAGER)], [owner])
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW)
    assert review_of(invoice).state == "IN_REVIEW"
    # The owner is asked as line manager, and need not say the same again in the next step.
    approve_invoices(ids=[invoice.pk], by=cast.owner, at=NOW)
    assert review_of(invoice).state == "APPROVED"


def test_nobody_reviews_their_own_draft(cast: Cast) -> None:
    reviewed(cast, [StepRules(source=Step.Source.PERSON, person=cast.finance.staff_member)])
    invoice = drafted(cast)
    with pytest.raises(NotAllowed):
        submit_for_review(invoice=invoice, by=cast.member, at=NOW)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    # The step that would ask the drafter is skipped; with nobody left there is nothing to wait for.
    assert waits_for(cast.finance) == []
    assert review_of(invoice).state in ("APPROVED", "IN_REVIEW")


def test_a_step_may_ask_for_a_signature(cast: Cast) -> None:
    signed = StepRules(source=Step.Source.PROJECT_LEAD, certification=Step.Certification.PASSWORD)
    reviewed(cast, [signed])
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    with pytest.raises(SignatureIsMissing):
        approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW)
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW, signature=Signature("Dana Ruiz", PASSWORD))
    assert Certification.objects.get().line_count == 1
    assert issue(invoice, cast).number


def test_a_new_lead_of_the_project_reviews_what_waits(cast: Cast) -> None:
    reviewed(cast, [LEAD])
    invoice = drafted(cast)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    edit_project(project=cast.project, by=cast.owner, lead=cast.member.staff_member)
    assert review_of(invoice).waits_for == "Priya Raman"
    assert (waits_for(cast.manager), waits_for(cast.member)) == ([], [fresh(invoice)])


def test_who_leads_all_projects_of_an_invoice_reviews_it(cast: Cast) -> None:
    reviewed(cast, [LEAD])
    invoice = of_two_projects(cast)
    second = Project.objects.get(name="Alder bridge")
    edit_project(project=second, by=cast.owner, lead=cast.project.lead)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    assert waits_for(cast.manager) == [fresh(invoice)]
    # With several leads it waits for those who decide on everything.
    edit_project(project=second, by=cast.owner, lead=cast.member.staff_member)
    add_line(invoice=invoice, description="Travel", amount=Decimal(20), by=cast.finance)
    submit_for_review(invoice=invoice, by=cast.finance, at=NOW)
    assert (waits_for(cast.manager), waits_for(cast.member)) == ([], [])
    assert waits_for(cast.owner) == [fresh(invoice)]
