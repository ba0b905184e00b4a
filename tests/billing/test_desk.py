"""Asking about a draft in review: it stays in review, whoever drafted it answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from approvals.asking import NothingToAsk, answer, ask
from billing.desk import INVOICES
from billing.models import Invoice
from billing.reviewing import return_invoice, submit_for_review
from billing.reviews import review_of
from core.errors import NotAllowed
from tests.billing.test_reviewing import LEAD, reviewed
from tests.billing.work import drafted
from tests.cast import NOW, Cast

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def draft(cast: Cast) -> Invoice:
    reviewed(cast, [LEAD])
    return submit_for_review(invoice=drafted(cast), by=cast.finance, at=NOW)


def put(draft: Invoice, by: Any) -> None:
    ask(desk=INVOICES, ids=[draft.pk], text="Why so little?", by=by, at=NOW)


def test_it_stays_in_review_with_its_dialogue(draft: Invoice, cast: Cast) -> None:
    with pytest.raises(NothingToAsk):
        put(draft, cast.finance)
    put(draft, cast.manager)
    review = review_of(draft)
    assert (review.state, review.look) == ("IN_REVIEW", ("wait", "message-question", "Question of Dana Ruiz"))
    with pytest.raises(NotAllowed):
        answer(desk=INVOICES, subject_id=draft.pk, text="x", by=cast.manager, at=NOW)
    answer(desk=INVOICES, subject_id=draft.pk, text="It is capped.", by=cast.finance, at=NOW)
    assert review_of(draft).look == ("wait", "eye", "In review")
    return_invoice(invoice=draft, reason="Name the cap.", by=cast.manager, at=NOW)
    said = review_of(draft).dialogue.said
    assert [each.kind for each in said] == ["question", "answer", "return"]


def test_over_http(draft: Invoice, cast: Cast, web: Callable[..., Any]) -> None:
    manager, finance = web(cast.manager), web(cast.finance)
    asking = reverse("billing:review-ask", args=[draft.pk])
    assert "Ask about 1 draft" in manager.get(asking).text
    assert finance.get(asking).status_code == 404
    assert manager.post(asking, {"text": "Why so little?"}).status_code == 204
    assert "Why so little?" in manager.get(reverse("billing:review-invoice", args=[draft.pk])).text
    dialog = reverse("billing:review-question", args=[draft.pk])
    assert "answer it" in finance.get(reverse("billing:draft", args=[draft.pk])).text
    assert "Question" in finance.get("/inbox/").text
    assert finance.post(dialog, {"text": "It is capped."}).status_code == 204
    assert "It is capped." in manager.get(dialog).text
    assert web(cast.member).get(dialog).status_code == 404
