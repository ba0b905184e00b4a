"""The library that many applications use finds what it looks for."""

import datetime
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import Customer, Invoice, Item, Term

from tests.sandbox.quickbooks.calling import Caller


@pytest.fixture
def library(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    discovery = f"{caller.sandbox.http_url}/quickbooks/discovery"
    tokens = caller.lever("tokens")
    auth = AuthClient(
        "sandbox-client",
        "sandbox-secret",
        "http://localhost:8000/oauth/quickbooks",
        discovery,
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
    )
    base = f"{caller.sandbox.http_url}/quickbooks/v3"
    kind = type("Here", (QuickBooks,), {"api_url_v3": base})
    return kind(auth_client=auth, company_id=caller.realm, minorversion=75)


def customer(name: str) -> Any:
    made = Customer()
    made.DisplayName = name
    return made


def test_it_makes_and_finds(library: Any) -> None:
    made = customer("Amy's Bird Sanctuary").save(qb=library)
    assert [each.Id for each in Customer.filter(DisplayName="Amy's Bird Sanctuary", qb=library)] == [made.Id]
    assert [each.Id for each in Customer.choose([made.Id], qb=library)] == [made.Id]
    assert Customer.count("Active = true", qb=library) >= 1
    assert Item.all(qb=library, order_by="Name", max_results=2)[0].Name
    assert len(Term.where("Active in (true, false)", order_by="Name", start_position=2, qb=library)) >= 1


def test_it_learns_of_faults(library: Any) -> None:
    customer("Aurora").save(qb=library)
    with pytest.raises(QuickbooksException) as caught:
        customer("Aurora").save(qb=library)
    assert caught.value.error_code == 6240
    with pytest.raises(QuickbooksException) as caught:
        Customer.where("Notes = 'x'", qb=library)
    assert caught.value.error_code == 4001


def test_it_sends_batches_and_asks_for_changes(library: Any) -> None:
    done = batch_create([customer("Aurora"), customer("aurora"), customer("Borealis")], qb=library)
    assert [each.DisplayName for each in done.successes] == ["Aurora", "Borealis"]
    assert [each.Error[0].code for each in done.faults] == ["6240"]
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    changed = change_data_capture([Customer, Invoice], since.isoformat(), qb=library)
    assert {each.DisplayName for each in changed.Customer._object_list} >= {"Aurora", "Borealis"}
    assert not hasattr(changed, "Invoice")
