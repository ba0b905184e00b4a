"""Items of our catalogue there: found by name, chosen by a person, sold as on posted invoices."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billing.cataloguing import ItemWish, add_item_line, save_item
from billing.issuing import issue_invoice
from billing.models import CatalogueItem, Invoice
from integrations.mappings import mapped
from integrations.quickbooks.mapping import CATALOGUE_ITEM, NotInTheList, map_catalogue_item
from integrations.quickbooks.posting import states
from integrations.quickbooks.preflight import problems
from integrations.quickbooks.pulling import pull
from projects.models import LaborCode
from tests.billing.work import drafted
from tests.books import Books
from tests.cast import NOW, TODAY, Cast
from tests.integrations.quickbooks.test_mapping import account, item
from tests.integrations.quickbooks.test_posting import INVOICE, choose_default, put, work_off

PAGE = "/connections/quickbooks/mapping/"


@pytest.fixture
def licence(cast: Cast) -> CatalogueItem:
    return save_item(
        wanted=ItemWish(name="Licence", currency="USD", price_amount=Decimal("450.33")), by=cast.owner
    )


def sold(cast: Cast, licence: CatalogueItem) -> Invoice:
    draft = drafted(cast, 60)
    add_item_line(invoice=draft, item=licence, quantity=Decimal("2.5"), by=cast.finance)
    return issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)


def chosen(books: Books) -> dict[int, str]:
    return mapped("quickbooks", books.realm, CATALOGUE_ITEM)


def test_a_line_is_sold_as_its_item_there(books: Books, cast: Cast, licence: CatalogueItem) -> None:
    income = {"value": account(books, "Services")}
    books.create("Item", Name="LICENCE", Type="NonInventory", IncomeAccountRef=income)
    pull(by=cast.owner, at=NOW)
    # The same name is the same item, and no labor code is made of it.
    assert chosen(books) == {licence.pk: item(books, "LICENCE")}
    assert not LaborCode.objects.filter(name__iexact="licence").exists()
    choose_default(books)
    invoice = sold(cast, licence)
    put(cast, INVOICE, invoice)
    work_off()
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}
    there = next(each for each in books.all("Invoice") if each["DocNumber"] == invoice.number)
    lines = {
        row["Amount"]: row["SalesItemLineDetail"]["ItemRef"]["value"]
        for row in there["Line"]
        if row["DetailType"] == "SalesItemLineDetail"
    }
    assert lines[1125.83] == item(books, "LICENCE")
    assert lines[190] != lines[1125.83]


def test_what_is_chosen_and_what_lacks(books: Books, cast: Cast, licence: CatalogueItem) -> None:
    pull(by=cast.owner, at=NOW)
    invoice = sold(cast, licence)
    found = {each.sentence: each.fix_url for each in problems(INVOICE, [invoice.pk])[invoice.pk]}
    assert found["Licence of your catalogue has no QuickBooks item."] == f"{PAGE}#catalogue"
    map_catalogue_item(catalogue_item_id=licence.pk, item_id=item(books, "Design"), by=cast.owner)
    words = [each.sentence for each in problems(INVOICE, [invoice.pk])[invoice.pk]]
    assert words == ["Labor code Engineering has no QuickBooks item."]
    with pytest.raises(NotInTheList):
        map_catalogue_item(catalogue_item_id=licence.pk, item_id="4711", by=cast.owner)
    # What is chosen by hand stays when lists are pulled again.
    pull(by=cast.owner, at=NOW)
    assert chosen(books) == {licence.pk: item(books, "Design")}


def test_the_page(books: Books, cast: Cast, licence: CatalogueItem, web: Callable[..., Any]) -> None:
    pull(by=cast.owner, at=NOW)
    owner = web(cast.owner)
    assert 'id="catalogue"' in owner.get(PAGE).text
    wish = {"kind": CATALOGUE_ITEM, "id": licence.pk, "remote": item(books, "Design")}
    assert owner.post(f"{PAGE}item/", wish).status_code == 204
    assert chosen(books) == {licence.pk: item(books, "Design")}
    assert owner.post(f"{PAGE}item/", wish | {"remote": ""}).status_code == 204
    assert chosen(books) == {}
