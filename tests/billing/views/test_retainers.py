"""The pages of retainers over HTTP."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.models import Invoice, Retainer
from billing.receiving import record_payment
from tests.billing.test_retaining import AT, asked, deposited, issued, opened
from tests.cast import Cast

HX = {"HX-Request": "true"}
# Pages show what stands today, by the clock.
DAY = date(2026, 11, 20)


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_only_who_may(cast: Cast, web: Any) -> None:
    retainer = opened(cast)
    member = web(cast.member)
    for name in ("retainers", "retainer-new"):
        assert member.get(url(name)).status_code == 403
    for name in ("retainer", "retainer-edit", "retainer-ask", "retainer-refund"):
        assert member.get(url(name, retainer.pk)).status_code == 403


def test_from_the_empty_list_to_a_drawn_invoice(finance: Any, cast: Cast) -> None:
    assert "No retainers yet" in finance.get(url("retainers")).content.decode()
    form = {"client": cast.client.pk, "minimum": "3,000", "target": "10000", "draws_by_itself": "on"}
    answer = finance.post(url("retainer-new"), form)
    retainer = Retainer.objects.get()
    assert answer.url == url("retainer", retainer.pk)
    page = finance.get(answer.url).content.decode()
    assert "Below the minimum." in page
    dialog = finance.get(url("retainer-ask", retainer.pk), headers=HX).content.decode()
    assert 'value="10,000.00"' in dialog
    answer = finance.post(
        url("retainer-ask", retainer.pk), {"amount": "10,000.00", "on": str(DAY)}, headers=HX
    )
    request = Invoice.objects.get()
    assert answer["HX-Redirect"] == url("invoice", request.pk)
    shown = finance.get(url("invoice", request.pk)).content.decode()
    assert "RET-2026-0001" in shown
    assert "Deposit request" in shown
    assert "RET-2026-0001" not in finance.get(url("invoices") + "?tab=all").content.decode()
    record_payment(
        invoice=request,
        amount=Decimal(10000),
        method="CHECK",
        received_on=DAY,
        by=cast.finance,
        on=DAY,
        at=AT,
    )
    issued(cast, 4200, on=DAY)
    page = finance.get(url("retainer", retainer.pk)).content.decode()
    for words in ("$5,800.00", "Draw", "Deposit", "-$4,200.00", "INV-2026-0001"):
        assert words in page.replace("−", "-")
    listed = finance.get(url("retainers")).content.decode()
    assert "Ready to draw" in listed
    assert "on retainer" in finance.get(reverse("reports:client", args=[cast.client.pk])).content.decode()
    # A draw is no money that came in.
    assert "$4,200.00" not in finance.get(url("payments")).content.decode()


def test_a_draw_by_hand_and_a_refund(finance: Any, cast: Cast) -> None:
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 1000, on=DAY)
    invoice = issued(cast, 600, on=DAY)
    assert "Draw on retainer" in finance.get(url("invoice", invoice.pk)).content.decode()
    dialog = finance.get(url("retainer-draw", invoice.pk), headers=HX).content.decode()
    assert 'value="600.00"' in dialog
    wrong = finance.post(
        url("retainer-draw", invoice.pk), {"amount": "601", "drawn_on": str(DAY)}, headers=HX
    )
    assert wrong.status_code == 422
    assert "At most $600.00" in wrong.content.decode()
    done = finance.post(url("retainer-draw", invoice.pk), {"amount": "600", "drawn_on": str(DAY)}, headers=HX)
    assert done["HX-Refresh"] == "true"
    assert "Draw on retainer" not in finance.get(url("invoice", invoice.pk)).content.decode()
    back = {"amount": "400", "refunded_on": str(DAY), "reference": "Wire 9"}
    assert finance.post(url("retainer-refund", retainer.pk), back, headers=HX).status_code == 204
    page = finance.get(url("retainer", retainer.pk)).content.decode()
    assert "Wire 9" in page
    assert "Pay back" not in page


def test_terms_are_changed(finance: Any, cast: Cast) -> None:
    retainer = opened(cast)
    answer = finance.post(
        url("retainer-edit", retainer.pk),
        {"minimum": "5", "target": "2", "expires_after_months": ""},
        headers=HX,
    )
    assert answer.status_code == 422
    assert "target is at least the minimum" in answer.content.decode()
    answer = finance.post(url("retainer-edit", retainer.pk), {"minimum": "5", "target": "9"}, headers=HX)
    assert answer.status_code == 204
    retainer.refresh_from_db()
    assert (retainer.minimum_amount, retainer.target_amount, retainer.draws_by_itself) == (5, 9, False)


def test_statements_do_not_grow(finance: Any, cast: Cast, django_assert_max_num_queries: Any) -> None:
    wide, bound = opened(cast), opened(cast, project=cast.project)
    for retainer in (wide, bound):
        for amount in (100, 200, 300):
            deposited(cast, retainer, amount)
            asked(cast, retainer, amount)
    finance.get(url("retainers"))
    with django_assert_max_num_queries(16):
        finance.get(url("retainers"))
    with django_assert_max_num_queries(18):
        finance.get(url("retainer", wide.pk))
