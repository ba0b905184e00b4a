"""The queries of the library that many applications use, in its own spelling."""

from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import Customer, Item, Term

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


def test_it_makes_and_finds(library: Any) -> None:
    made = Customer()
    made.DisplayName = "Amy's Bird Sanctuary"
    made.save(qb=library)
    assert [each.Id for each in Customer.filter(DisplayName="Amy's Bird Sanctuary", qb=library)] == [made.Id]
    assert [each.Id for each in Customer.choose([made.Id], qb=library)] == [made.Id]
    assert Customer.count("Active = true", qb=library) >= 1
    assert Item.all(qb=library, order_by="Name", max_results=2)[0].Name
    assert len(Term.where("Active in (true, false)", order_by="Name", start_position=2, qb=library)) >= 1
    with pytest.raises(QuickbooksException) as caught:
        Customer.where("Notes = 'x'", qb=library)
    assert caught.value.error_code == 4001
