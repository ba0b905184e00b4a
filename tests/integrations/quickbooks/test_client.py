"""The gateway: real calls by the real library, and everything that can go wrong on the way."""

from decimal import Decimal
from typing import Any

import pytest

from integrations.limits import Throttled
from integrations.models import CallBucket, Connection
from integrations.quickbooks import client
from integrations.quickbooks.client import Gateway, company, quoted
from integrations.quickbooks.faults import (
    AccessLost,
    Away,
    Bug,
    NotThere,
    Refused,
    Stale,
    Unknown,
)
from integrations.quickbooks.pulling import pull
from people.models import User
from tests.books import Books
from tests.cast import NOW

# Read before a fixture of this folder lifts it.
ALLOWED = client.PER_SECOND


@pytest.fixture
def gateway(books: Books) -> Gateway:
    return company(NOW)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE", 2)


def customers(books: Books, name: str) -> list[dict[str, Any]]:
    return [each for each in books.all("Customer") if each["DisplayName"] == name]


def test_a_record_is_created_read_changed_and_its_version_rises(gateway: Gateway) -> None:
    made = gateway.create("Customer", {"DisplayName": "Ångström & Söhne", "Notes": 'He said "no"'})
    assert gateway.read("Customer", made["Id"])["DisplayName"] == "Ångström & Söhne"
    body = {"Id": made["Id"], "SyncToken": made["SyncToken"], "Notes": "yes"}
    changed = gateway.update_sparse("Customer", body)
    assert changed["SyncToken"] == "1"
    assert changed["DisplayName"] == "Ångström & Söhne"
    with pytest.raises(Stale):
        gateway.update_sparse("Customer", body)


def test_the_same_request_id_creates_once(gateway: Gateway, books: Books) -> None:
    first = gateway.create("Customer", {"DisplayName": "Once Only"}, request_id="r-1")
    second = gateway.create("Customer", {"DisplayName": "Once Only"}, request_id="r-1")
    assert first["Id"] == second["Id"]
    assert len(customers(books, "Once Only")) == 1


def test_what_was_done_before_the_line_broke_is_found_by_its_request_id(
    gateway: Gateway, books: Books
) -> None:
    for number, weather in enumerate(["drop_after_commit", "cut_body"]):
        name = f"Cut off {number}"
        books.order_fault(kind=weather, entity="Customer", operation="create")
        with pytest.raises(Unknown):
            gateway.create("Customer", {"DisplayName": name}, request_id=f"cut-{number}")
        again = gateway.create("Customer", {"DisplayName": name}, request_id=f"cut-{number}")
        assert [again["Id"]] == [each["Id"] for each in customers(books, name)]


def test_a_read_that_breaks_is_away_and_never_not_there(gateway: Gateway, books: Books) -> None:
    known = books.all("Customer")[0]["Id"]
    for weather in ("drop", "cut_body", "html", "5xx", "503"):
        books.order_fault(kind=weather, entity="Customer", operation="read")
        with pytest.raises(Away):
            gateway.find("Customer", known)
    assert gateway.find("Customer", known) is not None


def test_only_quickbooks_says_that_a_record_is_not_there(gateway: Gateway) -> None:
    assert gateway.find("Invoice", "987654") is None
    with pytest.raises(NotThere):
        gateway.read("Invoice", "987654")


def test_nobody_listens_so_nothing_was_sent(gateway: Gateway, settings: Any) -> None:
    settings.QUICKBOOKS_API_BASE = "http://127.0.0.1:9/v3"
    with pytest.raises(Away):
        gateway.create("Customer", {"DisplayName": "Nobody"}, request_id="r-2")


def test_a_refusal_tells_what_is_in_the_way(gateway: Gateway, books: Books) -> None:
    taken = books.all("Vendor")[0]
    with pytest.raises(Refused) as raised:
        gateway.create("Customer", {"DisplayName": taken["DisplayName"].upper()})
    assert raised.value.code == "6240"
    with pytest.raises(Bug):
        gateway.create("Customer", {"DisplayName": "X", "FavoriteColor": "blue"})


def test_a_throttle_in_xml_pauses_the_company_for_all_workers(gateway: Gateway, books: Books) -> None:
    books.order_fault(kind="429", entity="Customer", operation="read")
    known = books.all("Customer")[0]["Id"]
    with pytest.raises(Throttled):
        gateway.read("Customer", known)
    bucket = CallBucket.objects.get(provider="quickbooks", account_id=books.realm)
    assert bucket.paused_until is not None
    asked = len(books.requests())
    with pytest.raises(Throttled) as refused:
        company(NOW).read("Customer", known)
    assert 50 < refused.value.after.total_seconds() <= 75
    assert len(books.requests()) == asked


def test_a_list_is_read_whole_page_by_page(gateway: Gateway, books: Books, short_pages: None) -> None:
    books.do("Customer", books.all("Customer")[0]["Id"], "deactivate")
    every = list(gateway.query("Customer", "Active IN (true, false)"))
    assert [each["Id"] for each in every] == [each["Id"] for each in books.all("Customer")]
    assert len(list(gateway.query("Customer"))) == len(every) - 1
    assert gateway.count("Customer") == len(every) - 1


def test_texts_of_a_query_are_escaped(gateway: Gateway) -> None:
    for name in ("O'Hara", "back\\slash", "both\\'"):
        made = gateway.create("Customer", {"DisplayName": name})
        found = list(gateway.query("Customer", f"DisplayName = {quoted(name)}"))
        assert [each["Id"] for each in found] == [made["Id"]]


def test_money_comes_as_decimals(gateway: Gateway, books: Books) -> None:
    account = next(each for each in books.all("Account") if each["AccountType"] == "Income")
    item = {"Name": "Precise", "Type": "Service", "UnitPrice": Decimal("0.1234567")}
    made = gateway.create("Item", item | {"IncomeAccountRef": {"value": account["Id"]}})
    assert made["UnitPrice"] == Decimal("0.1234567")


def test_a_token_of_another_company_is_not_access_to_this_one(books: Books) -> None:
    other = books.sandbox.control("quickbooks/companies", {"name": "Elsewhere Ltd."})["realm"]
    token = Connection.objects.get(provider="quickbooks").access_token
    with pytest.raises(AccessLost):
        Gateway(other, at=NOW, token=token).company_info()
    assert Connection.objects.get(provider="quickbooks").health == Connection.Health.READY


def test_calls_wait_for_their_turn_within_the_second(
    gateway: Gateway, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in counts any second, as QuickBooks does; ten calls in one would be refused."""
    monkeypatch.setattr(client, "PER_SECOND", ALLOWED)
    books.sandbox.control("quickbooks/limits", {"is_on": True})
    for _ in range(ALLOWED * 2 + 2):
        gateway.preferences()
    assert [each["status"] for each in books.requests()] == [200] * (ALLOWED * 2 + 2)


def test_a_lapsed_subscription_is_shown_until_a_pull_works_again(books: Books, owner: User) -> None:
    books.order_fault(kind="fault", code="6190", detail="Subscription period has ended", match="companyinfo")
    with pytest.raises(Refused):
        pull(by=owner, at=NOW)
    shown = Connection.objects.get(provider="quickbooks")
    assert shown.health == Connection.Health.RESTRICTED
    assert "Subscription period has ended" in shown.message
    pull(by=owner, at=NOW)
    assert Connection.objects.get(provider="quickbooks").health == Connection.Health.READY
