"""The catalogue: items with a price, on drafts, in the books and by the API."""

from decimal import Decimal

import pytest

from billing.cataloguing import (
    ItemInAnotherCurrency,
    ItemIsInactive,
    ItemWish,
    NoIncomeAccount,
    QuantityIsWrong,
    add_item_line,
    save_item,
    set_item_active,
)
from billing.issuing import issue_invoice
from billing.models import CatalogueItem, Invoice, InvoiceLine
from billing.reissuing import reissue_invoice
from core.errors import NotAllowed, Refusal
from ledger.balances import trial_balance
from ledger.mapping import add_account
from ledger.models import Account
from tests.billing.corrections import correct
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast
from tests.taxes import tax_code

D = Decimal


@pytest.fixture
def workshop(cast: Cast) -> CatalogueItem:
    """450.33 a day, taxed at 8 %, on an account of its own."""
    account = add_account(code="4050", name="Workshops", kind="REVENUE", by=cast.finance)
    return save_item(
        wanted=ItemWish("Workshop", "USD", D("450.33"), "", "day", account, tax_code("Sales tax", "8")),
        by=cast.owner,
    )


def posted(code: str) -> Decimal:
    return sum((-line.balance_amount for line in trial_balance(TODAY).lines if line.code == code), D(0))


def test_on_a_draft_in_the_books_and_issued_anew(cast: Cast, workshop: CatalogueItem) -> None:
    draft = drafted(cast, 60)
    line = add_item_line(invoice=draft, item=workshop, quantity=D("2.5"), by=cast.finance)
    # 2.5 × 450.33 is 1,125.825.
    assert (line.description, line.amount) == ("Workshop: 2.5 × $450.33 / day", D("1125.83"))
    draft.refresh_from_db()
    assert (draft.subtotal_amount, draft.total_amount) == (D("1315.83"), D("1405.90"))
    # A new price is for lines that come after it.
    dearer = ItemWish("Workshop", "USD", D(500), income_account=workshop.income_account)
    save_item(item=workshop, wanted=dearer, by=cast.owner)
    issued = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    assert (posted("4050"), posted("4000"), posted("2100")) == (D("1125.83"), D(190), D("90.07"))
    assert "Workshop: 2.5 × $450.33 / day" in str(issued.document.content)
    reissue_invoice(invoice=issued, reason="PO", by=cast.finance, on=TODAY, at=NOW)
    assert (posted("4050"), posted("4000")) == (0, 0)
    new = Invoice.objects.drafts().get()
    assert [each.item for each in new.lines.all()] == [None, workshop]
    issue_invoice(invoice=new, by=cast.finance, on=TODAY, at=NOW)
    assert posted("4050") == D("1125.83")
    correct(cast, new)


def test_words_amounts_and_what_is_refused(cast: Cast, workshop: CatalogueItem) -> None:
    draft = drafted(cast, 60)

    def add(**fields: object) -> InvoiceLine:
        wish = {"invoice": draft, "item": workshop, "quantity": D(1), "by": cast.finance}
        return add_item_line(**wish | fields)  # type: ignore[arg-type]

    assert add(description="Kick-off").description == "Kick-off"
    assert add(amount=D(99)).description == "Workshop"
    assert add(amount=D(99), quantity=D(2)).description == "Workshop × 2"
    euro = save_item(wanted=ItemWish("Licence", "EUR", D(10)), by=cast.owner)
    with pytest.raises(ItemInAnotherCurrency, match=r"has a price in EUR\. Enter what it comes to in USD"):
        add(item=euro)
    assert add(item=euro, amount=D("11.50")).amount == D("11.50")
    with pytest.raises(QuantityIsWrong):
        add(quantity=D(0))
    with pytest.raises(NotAllowed):
        add(by=cast.member)
    set_item_active(item=workshop, is_active=False, by=cast.owner)
    workshop.refresh_from_db()
    with pytest.raises(ItemIsInactive):
        add()
    bank = Account.objects.get(purpose="BANK")
    with pytest.raises(NoIncomeAccount):
        save_item(wanted=ItemWish("Test", "USD", D(1), income_account=bank), by=cast.owner)
    for wish in (
        ItemWish("workshop", "USD", D(1)),
        ItemWish(" ", "USD", D(1)),
        ItemWish("Less", "USD", D(-1)),
    ):
        with pytest.raises(Refusal):
            save_item(wanted=wish, by=cast.owner)


def test_the_pages(cast: Cast, web) -> None:
    owner = web(cast.owner)
    assert "No items yet" in owner.get("/billing/items/").text
    given = {"name": "Workshop", "price_amount": "450.00", "currency": "USD", "unit": "day"}
    assert "items-changed" in owner.post("/billing/items/new/", given)["HX-Trigger"]
    item = CatalogueItem.objects.get()
    assert "$450.00" in owner.get("/billing/items/").text
    assert "450.00" in owner.get(f"/billing/items/{item.pk}/").text
    draft = drafted(cast, 60)
    url = f"/billing/drafts/{draft.pk}/lines/new/"
    finance = web(cast.finance)
    assert "Workshop" in finance.get(url).text
    assert finance.post(url, {"description": "", "amount": ""}).status_code == 422
    assert finance.post(url, {"item": item.pk, "quantity": "3"})["HX-Refresh"] == "true"
    assert finance.post(url, {"description": "Printing", "amount": "12.00"})["HX-Refresh"] == "true"
    assert list(draft.lines.values_list("amount", flat=True)) == [190, 1350, 12]
    assert owner.post(f"/billing/items/{item.pk}/deactivate/").status_code in (200, 204)
    assert not CatalogueItem.objects.get().is_active
    assert web(cast.member).get("/billing/items/").status_code == 403
