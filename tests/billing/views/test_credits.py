"""Credit memos and other corrections through their pages."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.balance import balance_of
from billing.credit_lines import LineWish
from billing.crediting import FreeLine, draft_credit
from billing.drafting import draft_invoice
from billing.models import BilledTime, CreditMemo, Invoice, InvoiceLine, Payment, Refund, WriteOff
from billing.recipients import pay_link
from core import clock
from projects.contracting import change_line
from projects.models import ContractLine
from tests.billing.corrections import correct
from tests.billing.test_issuing import issue
from tests.billing.test_settling import billed, free, paid
from tests.billing.work import THROUGH, drafted
from tests.cast import TODAY, Cast
from tests.days import today

HTMX = {"HX-Request": "true"}


def now() -> str:
    """Refunds lie between the day when the money was free, which pages take from the clock, and today."""
    return today().isoformat()


def url(name: str, *args: Any) -> str:
    return reverse(f"billing:{name}", args=args)


def test_from_the_invoice_to_the_applied_credit(cast: Cast, web: Any) -> None:
    invoice, page = billed(cast, 600), web(cast.finance)
    line = InvoiceLine.objects.get(invoice=invoice)
    shown = page.get(url("invoice", invoice.pk)).content.decode()
    assert url("credit-new", invoice.pk) in shown
    form = page.get(url("credit-new", invoice.pk)).content.decode()
    assert f'name="hours-{line.pk}"' in form
    typed = {f"hours-{line.pk}": "4", f"returns-{line.pk}": "on", "reason": "Billed twice"}
    answer = page.post(url("credit-new", invoice.pk), typed)
    draft = CreditMemo.objects.get()
    assert answer.headers["Location"] == url("credit", draft.pk)
    assert "$760.00" in page.get(url("credit", draft.pk)).content.decode()
    edited = page.get(url("credit-edit", draft.pk)).content.decode()
    assert 'value="760.00"' in edited
    dialog = page.get(url("credit-issue", draft.pk), headers=HTMX).content.decode()
    assert "Issue this credit memo?" in dialog
    wish = {"on": "2026-11-25", "applies": "on", "version": draft.version}
    assert page.post(url("credit-issue", draft.pk), wish, headers=HTMX).headers["HX-Refresh"]
    assert balance_of(invoice).due == Decimal(1140)
    assert BilledTime.objects.get().released_minutes == 240
    shown = page.get(url("credit", draft.pk)).content.decode()
    assert "CM-2026-0001" in shown
    assert "Hours to bill again" in shown
    shown = page.get(url("invoice", invoice.pk)).content.decode()
    assert "Credits and write-offs" in shown
    application = draft.applications.get()
    assert page.post(url("credit-take-off", application.pk), headers=HTMX).status_code == 200
    assert balance_of(invoice).due == Decimal(1900)
    wish = {"invoice": invoice.pk, "amount": "100", "on": "2026-11-25"}
    assert page.post(url("credit-apply", draft.pk), wish, headers=HTMX).headers["HX-Refresh"]
    assert page.get(url("credit-pdf", draft.pk)).headers["Content-Type"] == "application/pdf"


def test_editing_the_words_of_a_draft_loses_nothing_of_it(cast: Cast, web: Any) -> None:
    """A free line that came by the API, and that a fee may be billed again."""
    contract = ContractLine.objects.get(project=cast.project, closed_on=None)
    terms = {"method": "FIXED_FEE", "fee_amount": Decimal(900), "by": cast.manager}
    change_line(line=contract, name="Works", **terms)
    fee = issue(cast, draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY))
    line = InvoiceLine.objects.get(invoice=fee)
    draft = draft_credit(
        invoice=fee,
        lines=[LineWish(line.pk, percent=Decimal(50), returns_work=True)],
        free=[FreeLine("Travel", Decimal(5))],
        reason="Half done",
        by=cast.finance,
    )
    page = web(cast.finance)
    fields = page.get(url("credit-edit", draft.pk)).context["form"].initial
    assert fields[f"returns-{line.pk}"] is True
    typed = {name: value for name, value in fields.items() if value} | {"message": "As we agreed"}
    assert page.post(url("credit-edit", draft.pk), typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.message, draft.total_amount) == ("As we agreed", 455)
    assert [(each.amount, each.returns_work) for each in draft.lines.all()] == [(450, True), (5, False)]


def test_mistakes_stand_in_the_form(cast: Cast, web: Any) -> None:
    invoice, page = billed(cast, 600), web(cast.finance)
    line = InvoiceLine.objects.get(invoice=invoice)
    for typed, words in (
        ({"reason": "x"}, "Credit at least one line."),
        ({"reason": "x", f"amount-{line.pk}": "1,900.01"}, "at most $1,900.00"),
        ({"reason": "x", f"amount-{line.pk}": "1", f"hours-{line.pk}": "1"}, "one of them"),
        ({f"all-{line.pk}": "on"}, "required"),
    ):
        answer = page.post(url("credit-new", invoice.pk), typed)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not CreditMemo.objects.exists()


def test_what_is_too_much_of_a_line_stands_at_its_field(cast: Cast, web: Any) -> None:
    invoice, page = billed(cast, 600), web(cast.finance)
    line = InvoiceLine.objects.get(invoice=invoice)
    hours, amount = f"hours-{line.pk}", f"amount-{line.pk}"
    for typed, field, words in (
        ({amount: "1900.01"}, amount, "at most $1,900.00"),
        ({hours: "10:01"}, hours, "at most"),
        ({hours: "1", amount: "1"}, amount, "one of them"),
        ({f"all-{line.pk}": "on", amount: "100"}, amount, "Leave this empty"),
    ):
        answer = page.post(url("credit-new", invoice.pk), typed | {"reason": "Billed twice"})
        assert answer.status_code == 422
        (error,) = re.findall(f'id="id_{field}_error">.*?</ul>', answer.content.decode(), re.DOTALL)
        assert words in error
    assert not CreditMemo.objects.exists()


def test_a_free_credit_is_issued_refunded_and_void(cast: Cast, web: Any) -> None:
    page = web(cast.finance)
    typed = {
        "client": cast.client.pk,
        "title": "Goodwill",
        "description": "Delay",
        "amount": "90",
        "reason": "Delay",
    }
    page.post(url("credit-free"), typed)
    memo = CreditMemo.objects.get()
    page.post(url("credit-issue", memo.pk), {"on": "2026-11-10", "version": memo.version}, headers=HTMX)
    wish = {"amount": "50", "refunded_on": now(), "method": "CHECK"}
    answer = page.post(url("credit-refund", memo.pk), wish, headers=HTMX)
    assert answer.headers["HX-Refresh"]
    refused = page.post(url("credit-void", memo.pk), {"reason": "x"}, headers=HTMX)
    assert (refused.status_code, "Take it off" in refused.content.decode()) == (422, True)
    page.post(url("refund-take-back", Refund.objects.get().pk), headers=HTMX)
    page.post(url("credit-void", memo.pk), {"reason": "Not agreed"}, headers=HTMX)
    memo.refresh_from_db()
    assert memo.state == "VOID"
    assert "This credit memo is void." in page.get(url("credit", memo.pk)).content.decode()


def test_what_a_bank_debit_is_under_way_for_is_not_offered(cast: Cast, web: Any) -> None:
    invoice, memo, page = billed(cast, 600), free(cast, 90), web(cast.finance)
    assert "1,900.00 USD due" in page.get(url("credit-apply", memo.pk), headers=HTMX).content.decode()
    debit = {"client": cast.client, "entity": invoice.entity, "method": "BANK_DEBIT", "currency": "USD"}
    moving = Payment.objects.create(state="PROCESSING", amount=1900, **debit)
    part = moving.applications.create(invoice=invoice, amount=1850)
    assert "50.00 USD due" in page.get(url("credit-apply", memo.pk), headers=HTMX).content.decode()
    part.delete()
    moving.applications.create(invoice=invoice, amount=1900)
    dialog = page.get(url("credit-apply", memo.pk), headers=HTMX).content.decode()
    assert "No invoice in USD has anything left to pay." in dialog
    assert 'type="submit"' not in dialog


def test_bad_debt_and_back(cast: Cast, web: Any) -> None:
    invoice, page = billed(cast, 600), web(cast.finance)
    assert "Write off invoice" in page.get(url("write-off", invoice.pk), headers=HTMX).content.decode()
    page.post(url("write-off", invoice.pk), {"amount": "1,900", "reason": "Insolvent"}, headers=HTMX)
    shown = page.get(url("invoice", invoice.pk)).content.decode()
    assert "Written off" in shown
    assert "Settled" in shown
    page.post(url("write-off-take-back", WriteOff.objects.get().pk), headers=HTMX)
    assert balance_of(invoice).due == Decimal(1900)


def test_a_payment_moves_to_another_invoice_and_the_rest_goes_back(cast: Cast, web: Any) -> None:
    wrong, right = (billed(cast, minutes, on=date(2026, 11, 10)) for minutes in (600, 60))
    page = web(cast.finance)
    payment = paid(cast, wrong, 1900, on=date(2026, 11, 11))
    assert "Take off" in page.get(url("invoice", wrong.pk)).content.decode()
    page.post(url("payment-take-off", payment.applications.get().pk), headers=HTMX)
    shown = page.get(url("payments")).content.decode()
    assert url("payment-apply", payment.pk) in shown
    page.post(url("payment-apply", payment.pk), {"invoice": right.pk, "on": now()}, headers=HTMX)
    wish = {"amount": "1,710", "refunded_on": now(), "method": "BANK_TRANSFER"}
    assert page.post(url("payment-refund", payment.pk), wish, headers=HTMX).headers["HX-Refresh"]
    assert balance_of(right).is_paid
    assert Refund.objects.get().amount == Decimal(1710)


def test_issued_anew(cast: Cast, web: Any) -> None:
    invoice, page = billed(cast, 600), web(cast.finance)
    answer = page.post(url("reissue", invoice.pk), {"reason": "Wrong address"}, headers=HTMX)
    draft = Invoice.objects.drafts().get()
    assert answer.headers["HX-Redirect"] == url("draft", draft.pk)
    assert page.get(url("draft", draft.pk)).status_code == 200


def test_the_list_and_its_budget(cast: Cast, web: Any, django_assert_max_num_queries: Any) -> None:
    page = web(cast.finance)
    assert "No credit memos here" in page.get(url("credits")).content.decode()
    for _ in range(3):
        correct(cast, issue(cast, drafted(cast, 60)))
    for tab in ("open", "drafts", "used", "void", "all", "nonsense"):
        with django_assert_max_num_queries(16):
            assert page.get(url("credits") + f"?tab={tab}").status_code == 200
    with django_assert_max_num_queries(22):
        page.get(url("credit", CreditMemo.objects.filter(state="ISSUED")[0].pk))


@pytest.mark.parametrize("who", ["member", "manager"])
def test_only_who_may(cast: Cast, web: Any, who: str) -> None:
    invoice = issue(cast, drafted(cast, 60))
    correct(cast, invoice)
    memo, payment = CreditMemo.objects.all()[0], Payment.objects.get()
    page = web(getattr(cast, who))
    for name, pk in (
        ("credit-issue", memo.pk),
        ("credit-void", memo.pk),
        ("credit-refund", memo.pk),
        ("credit-apply", memo.pk),
        ("payment-refund", payment.pk),
        ("write-off", invoice.pk),
        ("reissue", invoice.pk),
    ):
        assert page.get(url(name, pk)).status_code == 403, name
    assert web().get(url("credits")).status_code == 302


def test_the_client_sees_what_is_credited(cast: Cast, web: Any) -> None:
    invoice = issue(cast, drafted(cast, 60))
    correct(cast, invoice)
    shown = web().get(f"/pay/{pay_link(invoice, at=clock.now())}/").content.decode()
    assert "Credited" in shown
    assert "−$10.00" in shown
