"""Credit memos to the cent: lines, hours that go back, tax in parts, numbers; and two people at the same line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing.applying import CannotApply, apply_credit, unapply_credit
from billing.balance import balance_of
from billing.credit_lines import CreditIsWrong, LineWish, lines_left
from billing.credit_totals import Carried, Part, add_up_credit
from billing.crediting import (
    CreditChanged,
    CreditIsIssued,
    FreeLine,
    NothingToCredit,
    OnlyIssuedIsCredited,
    ReasonIsMissing,
    delete_credit,
    draft_credit,
    draft_free_credit,
    edit_credit,
)
from billing.drafting import draft_invoice
from billing.editing import add_up_anew
from billing.issuing_credits import CreditIsUsed, PeriodIsClosed, TooEarly, issue_credit, void_credit
from billing.models import BilledTime, CreditLine, CreditMemo, Invoice, InvoiceLine, NumberSeries
from billing.promises import CreditedTooMuch, EntryIsBilled
from core.errors import NotAllowed, Refusal
from core.promises import promises
from ledger.balances import trial_balance
from ledger.closing import close_through
from people.models import User
from tests.billing.test_issuing import issue
from tests.billing.work import THROUGH, drafted, log
from tests.cast import TODAY, Cast, add_cast
from tests.taxes import tax_code
from tests.two_connections import at_once
from timesheets.models import TimeEntry

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)


def line_of(invoice: Invoice) -> InvoiceLine:
    return InvoiceLine.objects.get(invoice=invoice)


def credit(cast: Cast, invoice: Invoice, **wish: Any) -> CreditMemo:
    """A draft that credits the only line of the invoice."""
    wishes = [LineWish(line_of(invoice).pk, **wish)]
    return draft_credit(invoice=invoice, lines=wishes, reason="Billed too much", by=cast.finance)


def credited(cast: Cast, invoice: Invoice, *, on: date = TODAY, **wish: Any) -> CreditMemo:
    draft = credit(cast, invoice, **wish)
    return issue_credit(credit=draft, by=cast.finance, on=on, at=AT)


def again(cast: Cast) -> Invoice:
    """What is left to bill, drafted."""
    return draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


def taxed(cast: Cast, percent: str = "8.25") -> None:
    cast.client.tax_code = tax_code("Sales tax", percent)
    cast.client.save()


def bill_part(cast: Cast, entry: TimeEntry, minutes: int) -> Invoice:
    """An issued invoice of a part of an entry, as a cap would leave it: drafted whole, cut, added up anew."""
    draft = again(cast)
    line = line_of(draft)
    amount = entry.rate_amount * minutes / 60
    BilledTime.objects.filter(line=line).update(minutes=minutes, amount=amount)
    InvoiceLine.objects.filter(pk=line.pk).update(minutes=minutes, amount=amount, computed_amount=amount)
    draft.refresh_from_db()
    add_up_anew(draft)
    return issue(cast, draft)


def test_ten_of_sixteen_hours_four_credited_the_rest_billed_sixteen_in_all(cast: Cast) -> None:
    """Case 6 of product.md 5.3."""
    entry = log(cast.member, cast.design, 960, rate=190)
    invoice = bill_part(cast, entry, 600)
    memo = credited(cast, invoice, minutes=240, returns_work=True)
    assert (memo.number, memo.total_amount) == ("CM-2026-0001", Decimal(760))
    row = BilledTime.objects.get()
    assert (row.minutes, row.released_minutes, row.is_live) == (600, 240, True)
    second = issue(cast, again(cast))
    assert (line_of(second).minutes, second.total_amount) == (600, Decimal(1900))
    billed = sum(row.minutes - row.released_minutes for row in BilledTime.objects.filter(is_live=True))
    assert billed == 960
    assert balance_of(invoice).due == Decimal(1140)
    # Case 8: running it again bills nothing.
    with pytest.raises(Refusal, match=r"."):
        again(cast)


def test_crediting_without_giving_hours_back_bills_nothing_again(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600))
    memo = credited(cast, invoice, percent=Decimal(100))
    assert memo.total_amount == Decimal(1900)
    assert balance_of(invoice).is_paid
    with pytest.raises(Refusal):
        again(cast)


@pytest.mark.parametrize(
    ("wish", "amount", "minutes"),
    [
        ({"amount": Decimal("100.00")}, "100.00", 0),
        ({"minutes": 90}, "285.00", 90),
        ({"percent": Decimal("33.3")}, "632.70", 199),
        ({"percent": Decimal(100)}, "1900.00", 600),
        ({"minutes": 600}, "1900.00", 600),
    ],
)
def test_what_a_wish_comes_to(cast: Cast, wish: dict[str, Any], amount: str, minutes: int) -> None:
    memo = credit(cast, issue(cast, drafted(cast, 600)), **wish)
    line = memo.lines.get()
    assert (line.amount, line.minutes) == (Decimal(amount), minutes)


def test_chosen_entries_go_back_with_what_they_came_to(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 20, 20, 20, rate=100))
    first, second, _ = TimeEntry.objects.order_by("pk")
    memo = credited(cast, invoice, entries={first.pk: 20, second.pk: 10})
    assert memo.total_amount == Decimal("50.00")  # 33.33 + 16.67
    left = {
        row.entry_id: row.minutes - row.released_minutes for row in BilledTime.objects.filter(is_live=True)
    }
    assert left == {second.pk: 10, TimeEntry.objects.order_by("pk")[2].pk: 20}
    TimeEntry.objects.filter(pk=first.pk).update(note="free again")
    with pytest.raises(EntryIsBilled), promises(), transaction.atomic():
        TimeEntry.objects.filter(pk=second.pk).update(note="still on the invoice")
    rest = credited(cast, invoice, percent=Decimal(100), returns_work=True)
    assert memo.total_amount + rest.total_amount == invoice.total_amount == Decimal("99.99")
    assert not BilledTime.objects.filter(is_live=True).exists()


def test_latest_work_goes_back_first(cast: Cast) -> None:
    for day in (2, 3, 4):
        log(cast.member, cast.design, 60, day=date(2026, 11, day))
    invoice = issue(cast, again(cast))
    credited(cast, invoice, minutes=90, returns_work=True)
    left = BilledTime.objects.order_by("entry__worked_on").values_list("released_minutes", flat=True)
    assert list(left) == [0, 30, 60]
    assert again(cast).period_first_on == date(2026, 11, 1)


@pytest.mark.parametrize("percent", ["8.25", "19", "7.7777"])
def test_tax_of_all_in_three_parts_is_the_tax_of_the_invoice(cast: Cast, percent: str) -> None:
    taxed(cast, percent)
    invoice = issue(cast, drafted(cast, 100, rate="33.33"))
    amount = invoice.subtotal_amount / 3
    parts = [credited(cast, invoice, amount=amount).total_amount for _ in range(2)]
    parts.append(credited(cast, invoice, percent=Decimal(100)).total_amount)
    assert sum(parts) == invoice.total_amount
    assert balance_of(invoice).due == 0


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # 10.00 at 8.25 % is 0.83: by parts 0.28, 0.27, 0.28
        (("3.33", "3.33", "3.34"), ("0.28", "0.27", "0.28")),
        (("0.05",) * 3, ("0.00", "0.01", "0.00")),
        (("10.00",), ("0.83",)),
    ],
)
def test_shares_of_tax(steps: tuple[str, ...], expected: tuple[str, ...]) -> None:
    back = Carried(
        tax_code_id=1,
        component_id=1,
        name="Sales tax",
        rate_percent=Decimal("8.25"),
        is_included=False,
        price_amount=Decimal("10.00"),
        base_amount=Decimal("10.00"),
        amount=Decimal("0.83"),
    )
    found = []
    for step in steps:
        totals = add_up_credit([Part(Decimal(step), tax_code_id=1)], [back], "USD")
        found.append(totals.tax_amount)
        price, tax = back.price_back + Decimal(step), back.back + totals.tax_amount
        back = replace(back, price_back=price, base_back=price, back=tax)
    assert found == [Decimal(each) for each in expected]


def test_what_is_refused(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600))
    line = line_of(invoice)
    for wish in (
        {"amount": Decimal("1900.01")},
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"minutes": 601},
        {"amount": Decimal(1), "minutes": 1},
        {},
        {"entries": {TimeEntry.objects.get().pk: 601}},
        {"amount": Decimal(5), "returns_work": True},
    ):
        with pytest.raises(CreditIsWrong):
            credit(cast, invoice, **wish)
    with pytest.raises(CreditIsWrong):
        draft_credit(invoice=invoice, lines=[LineWish(line.pk + 1, minutes=1)], reason="x", by=cast.finance)
    with pytest.raises(NothingToCredit):
        draft_credit(invoice=invoice, lines=[], reason="x", by=cast.finance)
    with pytest.raises(ReasonIsMissing):
        draft_credit(invoice=invoice, lines=[LineWish(line.pk, minutes=1)], reason=" ", by=cast.finance)
    with pytest.raises(NotAllowed):
        draft_credit(invoice=invoice, lines=[LineWish(line.pk, minutes=1)], reason="x", by=cast.member)
    with pytest.raises(OnlyIssuedIsCredited):
        credit(cast, drafted(cast, 60), minutes=1)
    memo = credit(cast, invoice, minutes=60)
    with pytest.raises(TooEarly):
        issue_credit(credit=memo, by=cast.finance, on=date(2026, 11, 1), at=AT)
    with pytest.raises(NotAllowed):
        issue_credit(credit=memo, by=cast.manager, on=TODAY, at=AT)
    with pytest.raises(CreditChanged):
        issue_credit(credit=memo, by=cast.finance, on=TODAY, at=AT, version=memo.version + 1)
    assert not NumberSeries.objects.filter(series="CREDIT").exists()


def test_a_draft_reserves_is_edited_and_deleted(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600))
    memo = credit(cast, invoice, amount=Decimal(1800))
    with pytest.raises(CreditIsWrong):
        credit(cast, invoice, amount=Decimal(101))
    edit_credit(
        credit=memo, lines=[LineWish(line_of(invoice).pk, amount=Decimal(50))], by=cast.finance, reason="Less"
    )
    memo.refresh_from_db()
    assert (memo.total_amount, memo.reason) == (Decimal(50), "Less")
    delete_credit(credit=memo, by=cast.finance)
    assert lines_left(invoice)[0].amount == Decimal(1900)


def test_an_issued_credit_memo_never_changes(cast: Cast) -> None:
    memo = credited(cast, issue(cast, drafted(cast, 600)), minutes=60)
    for change in (
        {"total_amount": 1, "subtotal_amount": 1},
        {"title": "x"},
        {"number": "CM-1"},
        {"state": "DRAFT"},
    ):
        with pytest.raises(Refusal), promises(), transaction.atomic():
            CreditMemo.objects.filter(pk=memo.pk).update(**change)
    for rows in (memo.lines, memo.applications):
        with pytest.raises(Refusal), promises(), transaction.atomic():
            rows.all().delete()
    with pytest.raises(CreditIsIssued):
        delete_credit(credit=memo, by=cast.finance)
    assert memo.document.content["kind"] == "CREDIT"


def test_voiding_bills_the_hours_again(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600))
    memo = credited(cast, invoice, minutes=240, returns_work=True)
    with pytest.raises(CreditIsUsed):
        void_credit(credit=memo, reason="Wrong", by=cast.finance, on=TODAY, at=AT)
    unapply_credit(application=memo.applications.get(), by=cast.finance, on=TODAY)
    memo = void_credit(credit=memo, reason="Wrong", by=cast.finance, on=TODAY, at=AT)
    assert (memo.state, memo.number) == ("VOID", "CM-2026-0001")
    assert BilledTime.objects.get().released_minutes == 0
    assert balance_of(invoice).due == Decimal(1900)
    books = {line.purpose: line.balance_amount for line in trial_balance(TODAY).lines if line.balance_amount}
    assert books == {"RECEIVABLES": Decimal(1900), "REVENUE": Decimal(-1900)}
    assert credited(cast, invoice, minutes=60).number == "CM-2026-0002"


def test_hours_that_were_billed_again_keep_the_credit(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600))
    memo = credited(cast, invoice, minutes=240, returns_work=True)
    unapply_credit(application=memo.applications.get(), by=cast.finance, on=TODAY)
    again(cast)
    with pytest.raises(Refusal, match="another invoice"):
        void_credit(credit=memo, reason="Wrong", by=cast.finance, on=TODAY, at=AT)


def test_in_a_closed_period_a_credit_memo_stays(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 600), on=date(2026, 10, 31))
    draft = credit(cast, invoice, minutes=60)
    memo = issue_credit(credit=draft, by=cast.finance, on=date(2026, 10, 31), at=AT, applies=False)
    close_through(on=date(2026, 10, 31), by=cast.finance)
    with pytest.raises(PeriodIsClosed, match="CM-2026-0001 lies in a closed period"):
        void_credit(credit=memo, reason="Wrong", by=cast.finance, on=TODAY, at=AT)


def test_a_free_credit_is_taxed_as_the_client_and_pays_several_invoices(cast: Cast) -> None:
    taxed(cast, "10")
    first, second = issue(cast, drafted(cast, 60)), issue(cast, drafted(cast, 120))
    memo = draft_free_credit(
        client=cast.client,
        title="Goodwill",
        lines=[
            FreeLine("Delay of September", Decimal(400)),
            FreeLine("Travel", Decimal(10), is_taxable=False),
        ],
        reason="Delay",
        by=cast.finance,
    )
    memo = issue_credit(credit=memo, by=cast.finance, on=TODAY, at=AT)
    assert memo.total_amount == Decimal(450)
    for invoice, amount in ((first, 209), (second, 241)):
        applied = apply_credit(credit=memo, invoice=invoice, by=cast.finance, on=TODAY, at=AT)
        assert applied.amount == Decimal(amount)
    with pytest.raises(CannotApply, match="Nothing is left"):
        apply_credit(credit=memo, invoice=second, by=cast.finance, on=TODAY, at=AT)
    assert balance_of(second).due == Decimal(418 - 241)


@pytest.fixture
def committed(own_firm: Any) -> Cast:
    """The cast in a firm of its own, for everybody to see."""
    return add_cast(User.objects.get())


def test_two_people_credit_the_same_line(own_firm: Any, committed: Cast) -> None:
    """However it falls, no more than the line is credited, and the other hears why."""
    for _ in range(3):
        invoice = issue(committed, drafted(committed, 600))
        results = at_once(own_firm, *[lambda: credit(committed, invoice, minutes=400)] * 3)  # noqa: B023
        assert len([each for each in results if isinstance(each, CreditMemo)]) == 1, results
        assert {type(each) for each in results} <= {CreditMemo, CreditIsWrong, CreditedTooMuch}


def test_the_database_refuses_more_than_the_line(own_firm: Any, committed: Cast) -> None:
    """Rows written past the operation, on two connections: the second one sees the first one's."""
    invoice = issue(committed, drafted(committed, 600))
    line = line_of(invoice)
    memos = [credit(committed, invoice, minutes=minutes) for minutes in (60, 120)]

    def more(memo: CreditMemo) -> int:
        with promises(), transaction.atomic():
            return CreditLine.objects.filter(credit=memo, line=line).update(amount=1500)

    results = at_once(own_firm, *[lambda memo=memo: more(memo) for memo in memos])
    assert sorted(type(each).__name__ for each in results) == ["CreditedTooMuch", "int"]


def test_the_same_credit_applied_twice_at_once(own_firm: Any, committed: Cast) -> None:
    first, second = (issue(committed, drafted(committed, 600)) for _ in range(2))
    memo = draft_free_credit(
        client=committed.client,
        title="Goodwill",
        lines=[FreeLine("Delay", Decimal(1000))],
        reason="Delay",
        by=committed.finance,
    )
    issue_credit(credit=memo, by=committed.finance, on=TODAY, at=AT)

    def apply(invoice: Invoice) -> Any:
        return apply_credit(
            credit=memo, invoice=invoice, by=committed.finance, on=TODAY, at=AT, amount=Decimal(700)
        )

    results = at_once(own_firm, lambda: apply(first), lambda: apply(second))
    assert sorted(type(each).__name__ for each in results) == ["CannotApply", "CreditApplication"]


def test_numbers_of_credit_memos_have_no_gaps_at_once(own_firm: Any, committed: Cast) -> None:
    invoice = issue(committed, drafted(committed, 600))
    memos = [credit(committed, invoice, minutes=60) for _ in range(4)]
    results = at_once(
        own_firm,
        *[
            lambda memo=memo: issue_credit(credit=memo, by=committed.finance, on=TODAY, at=AT).number
            for memo in memos
        ],
    )
    assert sorted(results) == [f"CM-2026-000{number}" for number in (1, 2, 3, 4)]
