"""Posting to QuickBooks by the API: what waits, what keeps it out, posting, leaving out, mapping."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing.issuing import issue_invoice
from billing.models import CatalogueItem, Invoice
from core import clock, outbox
from integrations.models import Connection, ExternalLink
from integrations.quickbooks import client
from integrations.quickbooks.pulling import pull
from tenants.models import Firm
from tests.api.conftest import Program
from tests.billing.work import drafted
from tests.books import Books, connect_books
from tests.cast import NOW, TODAY, Cast
from tests.stand_ins import Sandbox

Api = Callable[..., Program]


@pytest.fixture
def books(sandbox: Sandbox, firm: Firm, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Books:
    """The firm is connected, and its lists are pulled."""
    monkeypatch.setattr(client, "PER_SECOND", 1000)
    books = connect_books(sandbox)
    pull(by=cast.owner, at=NOW)
    return books


@pytest.fixture
def invoice(cast: Cast) -> Invoice:
    return issue_invoice(invoice=drafted(cast, 90), by=cast.finance, on=TODAY, at=NOW)


def work_off() -> None:
    for step in range(6):
        outbox.drain(at=clock.now() + timedelta(seconds=30 * step))


def choose_item(olu: Program) -> None:
    items = olu.get("/quickbooks/records?remote_type=Item")["items"]
    wish = {"remote_id": next(row["remote_id"] for row in items if row["kind"] == "Service")}
    olu.put("/quickbooks/mappings/defaults/default-item", wish)
    assert olu.status == 204


def test_an_invoice_says_what_keeps_it_out_and_is_posted_once(
    books: Books, cast: Cast, api: Api, invoice: Invoice
) -> None:
    kemi, olu = api(cast.finance), api(cast.owner)
    path = f"/postings/invoice/{invoice.pk}"
    waiting = kemi.get(path)
    assert (waiting["state"], len(waiting["problems"])) == ("unposted", 1)
    refused = kemi.post("/postings/invoice/post", {"ids": [invoice.pk]})
    assert refused["refused"] == [{"id": invoice.pk, "problems": waiting["problems"]}]
    choose_item(olu)
    assert kemi.get(path)["problems"] == []
    assert kemi.post("/postings/invoice/post", {"ids": [invoice.pk]})["queued"] == 1
    assert kemi.get(path)["state"] == "waiting"
    work_off()
    posted = kemi.get(path)
    assert (posted["state"], posted["remote_type"]) == ("posted", "Invoice")
    assert posted["remote_id"] in posted["url"]
    assert kemi.post("/postings/invoice/post", {"ids": [invoice.pk]}) == {"queued": 0, "refused": []}
    assert [row["id"] for row in kemi.get("/postings/invoice?only=posted")["items"]] == [invoice.pk]
    assert kemi.get("/postings/invoice?only=unposted")["items"] == []
    assert kemi.get("/quickbooks/links?local_kind=billing.invoice")["items"][0]["local_id"] == invoice.pk


def test_records_are_left_out_and_taken_back(books: Books, cast: Cast, api: Api, invoice: Invoice) -> None:
    kemi = api(cast.finance)
    wish = {"ids": [invoice.pk, 999_999], "reason": "In the books already"}
    assert kemi.post("/postings/invoice/ignore", wish) == {"count": 1}
    (row,) = kemi.get("/postings/invoice?only=ignored")["items"]
    assert (row["state"], row["message"], row["amount"]) == ("ignored", "In the books already", "285.00")
    assert kemi.post("/postings/invoice/unignore", {"ids": [invoice.pk]}) == {"count": 1}
    assert kemi.get("/postings/invoice")["items"][0]["state"] == "unposted"
    assert kemi.post("/postings/invoice/retry", {"ids": [invoice.pk]}) == {"count": 0}


def test_what_stands_for_what_is_chosen(books: Books, cast: Cast, api: Api) -> None:
    olu = api(cast.owner)
    customers = olu.get("/quickbooks/records?remote_type=Customer&limit=200")["items"]
    taken = set(
        ExternalLink.objects.filter(remote_type="Customer", state="ACTIVE").values_list(
            "remote_id", flat=True
        )
    )
    free = next((row for row in customers if row["remote_id"] not in taken), None)
    wish = {"local_kind": "clients.client", "local_id": cast.client.pk}
    if free:
        olu.put("/quickbooks/links", wish | {"remote_type": "Customer", "remote_id": free["remote_id"]})
        assert olu.status == 204
    problem = olu.put("/quickbooks/links", wish | {"remote_type": "Customer", "remote_id": "no such"})
    assert (olu.status, problem["type"]) == (422, "urn:psa:problem:not-in-the-list")
    olu.put("/quickbooks/links", wish | {"remote_id": ""})
    assert olu.status == 204
    choose_item(olu)
    licence = CatalogueItem.objects.create(name="Licence", currency="USD", price_amount=10)
    there = next(row["remote_id"] for row in olu.get("/quickbooks/records?remote_type=Item")["items"])
    olu.put(f"/quickbooks/mappings/catalogue-items/{licence.pk}", {"remote_id": there})
    assert olu.status == 204
    assert "billing.catalogueitem" in {row["local_kind"] for row in olu.get("/quickbooks/mappings")["items"]}
    assert "quickbooks.default" in {row["local_kind"] for row in olu.get("/quickbooks/mappings")["items"]}


def test_rules_and_connections(books: Books, cast: Cast, api: Api) -> None:
    olu = api(cast.owner)
    (row,) = olu.get("/connections")["items"]
    assert (row["provider"], row["health"]) == ("quickbooks", "READY")
    assert "token" not in str(row)
    changed = olu.patch("/quickbooks/rules", {"posts_invoices_automatically": True})
    assert changed == {
        "posts_invoices_automatically": True,
        "posts_time": True,
        "creates_customers": True,
        "posts_from": None,
    }
    olu.post("/quickbooks/disconnect")
    assert olu.status == 204
    assert Connection.objects.get().health == Connection.Health.DISCONNECTED


def test_posting_is_for_those_with_the_right(cast: Cast, api: Api, invoice: Invoice) -> None:
    dana = api(cast.manager)
    dana.post("/postings/invoice/post", {"ids": [invoice.pk]})
    assert dana.status == 403
    kemi = api(cast.finance)
    refused = kemi.post("/postings/invoice/post", {"ids": [invoice.pk]})["refused"]
    assert [problem["sentence"] for problem in refused[0]["problems"]] == ["QuickBooks is not connected."]
    kemi.get("/postings/nonsense")
    assert kemi.status == 422
