"""Reviewers hear that a draft waits for them, its drafter hears what became of it; each once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Web

from approvals.arranging import StepRules, arrange
from approvals.delegating import delegate
from approvals.models import Step
from billing.models import Invoice
from billing.reviewing import approve_invoices, return_invoice, submit_for_review
from billing.reviews import KIND, review_of
from core.models import Mail
from people.models import Role, User
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast, add_person

pytestmark = pytest.mark.usefixtures("own_cache")

LEAD = StepRules(source=Step.Source.PROJECT_LEAD)


def role(name: str) -> StepRules:
    return StepRules(source=Step.Source.ROLE, role=Role.objects.get(name=name))


def in_review(cast: Cast, *stages: list[StepRules]) -> Invoice:
    arrange(kind=KIND, stages=list(stages), by=cast.owner)
    invoice = drafted(cast)
    return submit_for_review(invoice=invoice, by=cast.finance, at=NOW)


def told(kind: str) -> list[str]:
    """Whose mailboxes got one, in order of their addresses."""
    return sorted(mail.to[0].partition("@")[0] for mail in Mail.objects.filter(kind=f"billing.review_{kind}"))


def test_the_one_who_is_asked_is_told_with_a_link_that_only_shows(
    cast: Cast, web: Callable[..., Web]
) -> None:
    invoice = in_review(cast, [LEAD])
    mail = Mail.objects.get(kind="billing.review_waits")
    assert (mail.to, mail.reply_to) == ([cast.manager.email], [cast.finance.email])
    assert mail.subject == "An invoice for City of Larkspur waits for your review"
    link = f"/billing/review/{invoice.pk}/"
    assert link in mail.text
    assert link in mail.html
    browser = web(cast.manager)
    assert browser.get(link).status_code == 200
    assert review_of(invoice).state == "IN_REVIEW"
    assert told("approved") == []


def test_side_by_side_everybody_is_told_but_the_drafter(cast: Cast) -> None:
    add_person("Ines Vega", "ines@hm.example", "Finance")
    in_review(cast, [LEAD, role("Finance")])
    assert told("waits") == ["dana", "ines"]


def test_the_next_step_is_told_when_its_turn_comes(cast: Cast) -> None:
    add_person("Ines Vega", "ines@hm.example", "Finance")
    invoice = in_review(cast, [LEAD], [role("Finance")])
    assert told("waits") == ["dana"]
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW + timedelta(hours=1))
    assert told("waits") == ["dana", "ines"]
    assert told("approved") == []
    ines = User.objects.get(email="ines@hm.example")
    approve_invoices(ids=[invoice.pk], by=ines, at=NOW + timedelta(hours=2))
    assert told("waits") == ["dana", "ines"]
    assert told("approved") == ["kemi"]


def test_one_of_two_side_by_side_tells_nobody_twice(cast: Cast, owner: User) -> None:
    invoice = in_review(cast, [LEAD, StepRules(source=Step.Source.PERSON, person=owner.staff_member)])
    assert told("waits") == ["dana", owner.email.partition("@")[0]]
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW + timedelta(days=1))
    assert len(told("waits")) == 2


def test_who_decides_in_somebodys_place_is_told_too(cast: Cast) -> None:
    wei = add_person("Wei Chen", "wei@hm.example", "Manager")
    delegate(
        approver=cast.manager.staff_member, delegate=wei.staff_member, starts_on=TODAY, ends_on=TODAY,
        by=cast.manager, at=NOW,
    )  # fmt: skip
    in_review(cast, [LEAD])
    assert told("waits") == ["dana", "wei"]


def test_what_comes_back_is_told_with_the_reason(cast: Cast) -> None:
    invoice = in_review(cast, [LEAD])
    return_invoice(invoice=invoice, reason="The PO number is last year's.", by=cast.manager, at=NOW)
    mail = Mail.objects.get(kind="billing.review_returned")
    assert mail.to == [cast.finance.email]
    assert "The PO number is last year's." in mail.text
    assert f"/billing/invoices/{invoice.pk}/" in mail.text or f"/{invoice.pk}/" in mail.text
