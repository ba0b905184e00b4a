"""Expenses on drafts and issued invoices: what stays, what comes back, and what recalculating takes up."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.documents import build_content
from billing.drafting import NothingToBill, draft_invoice
from billing.editing import delete_draft, edit_line
from billing.expense_billable import unbilled
from billing.holding import drop_expenses, hold_expenses, release_expenses
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit, void_credit
from billing.models import BilledExpense, Invoice
from billing.recalculating import recalculate_draft
from billing.reissuing import reissue_invoice
from billing.rendering import markup_of, pdf
from billing.staleness import changes
from billing.voiding import void_invoice
from clients.models import Client
from core.errors import NotAllowed, Refusal
from core.files import store
from core.promises import promises
from ledger.models import Account
from reports.budgets import budgets_of
from tests.billing.spending import agree, lines_of, reversal, spend
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast
from tests.timesheets.expenses.files import PDF, photograph
from timesheets.models import Expense, ExpenseCode, Receipt


def draft(cast: Cast, **kwargs: Any) -> Invoice:
    wanted = {"project": cast.project, "through": THROUGH, "by": cast.finance, "on": TODAY} | kwargs
    return draft_invoice(**wanted)


def issued(cast: Cast, invoice: Invoice) -> Invoice:
    return issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)


def left_of(expense: Expense) -> Decimal:
    return (
        unbilled(Expense.objects.filter(pk=expense.pk)).values_list("remaining_amount", flat=True).first()
        or 0
    )


def test_issued_expenses_stay_and_their_income_is_apart(cast: Cast) -> None:
    own = Account.objects.create(code="4150", name="Travel income", kind="REVENUE")
    log(cast.member, cast.design, 60)
    expense = spend(cast.member, cast.project, "40")
    spend(cast.member, cast.project, "12.50", code="Mileage")
    ExpenseCode.objects.filter(name="Mileage").update(income_account=own)
    invoice = issued(cast, draft(cast))
    entry = invoice.journal.get(reason="issued").entry
    assert sorted(entry.lines.exclude(credit_amount=0).values_list("account__name", "credit_amount")) == [
        ("Billed expenses", Decimal("40")),
        ("Service revenue", Decimal("190")),
        ("Travel income", Decimal("12.50")),
    ]
    for change in ({"note": "other"}, {"billable_amount": Decimal("39")}, {"state": Expense.State.SUBMITTED}):
        with pytest.raises(Refusal, match=f"on invoice {invoice.number}"), promises(), transaction.atomic():
            Expense.objects.filter(pk=expense.pk).update(**change)
    with pytest.raises(IntegrityError, match="is issued"), transaction.atomic():
        BilledExpense.objects.filter(expense=expense).update(billed_amount=0)
    void_invoice(invoice=invoice, reason="Wrong client", by=cast.finance, on=TODAY, at=NOW)
    assert left_of(expense) == 40
    assert draft(cast).total_amount == Decimal("242.50")


def test_credit_memos_give_expenses_back_the_latest_first(cast: Cast) -> None:
    early = spend(cast.member, cast.project, "40")
    late = spend(cast.member, cast.project, "25", day=date(2026, 11, 5))
    invoice = issued(cast, draft(cast))
    line = invoice.lines.get()
    kept = draft_credit(
        invoice=invoice, lines=[LineWish(line.pk, amount=Decimal(5))], reason="Late", by=cast.finance
    )
    issue_credit(credit=kept, by=cast.finance, on=TODAY, at=NOW)
    assert (left_of(early), left_of(late)) == (0, 0)
    # 30.00 of the 60.00 that are left are half of the prices: 32.50 go back, 25.00 of them of the late one.
    wish = LineWish(line.pk, amount=Decimal(30), returns_work=True)
    half = draft_credit(invoice=invoice, lines=[wish], reason="Half", by=cast.finance)
    issue_credit(credit=half, by=cast.finance, on=TODAY, at=NOW)
    assert (left_of(early), left_of(late)) == (Decimal("7.50"), 25)
    again = draft(cast)
    assert again.total_amount == Decimal("32.50")
    delete_draft(invoice=again, by=cast.finance)
    rest = draft_credit(
        invoice=invoice,
        lines=[LineWish(line.pk, percent=Decimal(100), returns_work=True)],
        reason="All",
        by=cast.finance,
    )
    issue_credit(credit=rest, by=cast.finance, on=TODAY, at=NOW)
    assert (left_of(early), left_of(late)) == (40, 25)
    with pytest.raises(Refusal, match="applied or refunded"):
        void_credit(credit=rest, reason="No", by=cast.finance, on=TODAY, at=NOW)


def test_reissuing_takes_expenses_along(cast: Cast) -> None:
    expense = spend(cast.member, cast.project, "40")
    invoice = issued(cast, draft(cast))
    made = reissue_invoice(invoice=invoice, reason="Wrong PO", by=cast.finance, on=TODAY, at=NOW)
    assert made.draft.total_amount == 40
    assert BilledExpense.objects.get(expense=expense, is_live=True).line.invoice == made.draft
    assert issued(cast, made.draft).total_amount == 40


def test_recalculating_takes_changed_expenses_up(cast: Cast) -> None:
    earlier = spend(cast.member, cast.project, "8", code="Mileage")
    draft(cast)
    reversal(earlier)
    log(cast.member, cast.design, 60)
    changed = spend(cast.member, cast.project, "40")
    gone = spend(cast.member, cast.project, "25", vendor="Lyft")
    invoice = draft(cast)
    assert invoice.total_amount == 247
    Expense.objects.filter(pk=changed.pk).update(billable_amount=Decimal("44"))
    Expense.objects.filter(pk=gone.pk).update(state=Expense.State.SUBMITTED)
    invoice.refresh_from_db()
    found = changes(invoice)
    assert [(each.vendor, each.before_amount, each.after_amount, each.reason) for each in found.expenses] == [
        ("", 40, 44, "Amount changed"),
        ("Lyft", 25, None, "No longer approved"),
    ]
    assert (found.difference, found.entries) == (-21, [])
    recalculated = recalculate_draft(invoice=invoice, by=cast.finance)
    assert (recalculated.total_amount, recalculated.is_stale) == (226, False)
    assert lines_of(recalculated)[1:] == [("Expenses", "Airfare", 44), ("Expenses", "Mileage", -8)]
    assert changes(recalculated).expenses == []
    assert issued(cast, recalculated).total_amount == 226


def test_taking_an_expense_off_a_draft_and_holding_it(cast: Cast) -> None:
    first = spend(cast.member, cast.project, "40")
    second = spend(cast.member, cast.project, "25")
    invoice = draft(cast)
    line = invoice.lines.get()
    edit_line(line=line, by=cast.finance, amount=Decimal(60), reason="Goodwill")
    dropped = drop_expenses(invoice=invoice, expense_ids=[second.pk], by=cast.finance)
    line.refresh_from_db()
    assert (dropped.total_amount, line.computed_amount, line.adjustment_reason) == (35, 40, "Goodwill")
    assert draft(cast).total_amount == 25
    with pytest.raises(Refusal, match="on this draft any more"):
        drop_expenses(invoice=invoice, expense_ids=[second.pk], by=cast.finance)
    dropped = drop_expenses(
        invoice=invoice, expense_ids=[first.pk], by=cast.finance, hold_reason="No receipt"
    )
    assert (dropped.total_amount, dropped.lines.count()) == (0, 0)
    with pytest.raises(NothingToBill, match="on hold"):
        draft(cast)
    with pytest.raises(Refusal, match="ready to bill"):
        hold_expenses(expense_ids=[second.pk], reason="On a draft", by=cast.finance)
    with pytest.raises(NotAllowed):
        release_expenses(expense_ids=[first.pk], by=cast.member)
    assert release_expenses(expense_ids=[first.pk], by=cast.finance) == 1
    assert draft(cast).total_amount == 40


def test_the_document_shows_expenses_and_their_receipts(cast: Cast, tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    agree(cast.project.contract_lines.get(), "AT_PRICE", shows_receipts=True)
    expense = spend(cast.member, cast.project, "40", vendor="Lyft", note="To the site")
    for name, content in (("taxi.jpg", photograph()), ("bill.pdf", PDF)):
        file = store(name, content, "receipt")
        Receipt.objects.create(expense=expense, file=file, sha256=name)
    Client.objects.filter(pk=cast.client.pk).update(language="de")
    invoice = draft(cast)
    content = build_content(invoice)
    assert content["groups"][0]["name"] == "Auslagen"
    assert content["expense_appendix"] == [
        {
            "group": "Auslagen",
            "description": "Airfare",
            "amount": "40",
            "expenses": [
                {
                    "day": "2026-11-02",
                    "person": cast.member.name,
                    "vendor": "Lyft",
                    "note": "To the site",
                    "amount": "40",
                }
            ],
        }
    ]
    assert [each["is_picture"] for each in content["receipts"]] == [True, False]
    markup = markup_of(content)
    assert "Belege" in markup
    assert "Lyft: To the site" in markup
    made = PdfReader(BytesIO(pdf(content)))
    assert len(made.pages) == 3
    assert made.pages[2].images


def test_a_billed_expense_says_so_in_its_report(cast: Cast, web: Any) -> None:
    expense = spend(cast.member, cast.project, "40")
    invoice = issued(cast, draft(cast))
    page = web(cast.member).get(reverse("timesheets:expense-report", args=[expense.report_id]))
    assert f"Billed, {invoice.number}" in page.content.decode()
    billed = budgets_of([cast.project], today=TODAY).billed[cast.project.pk, None]
    assert (billed.fee_amount, billed.expense_amount) == (0, 40)
