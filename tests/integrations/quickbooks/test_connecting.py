"""Connecting by Intuit's own page, and what must not be connected."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.db import connection
from django.test import Client as Web

from core.errors import NotAllowed
from core.models import Action
from integrations.models import Connection, QuickBooksRules
from integrations.quickbooks.connecting import (
    AnotherCompany,
    ConsentRefused,
    StateIsStale,
    disconnect,
    finish_connecting,
    start_connecting,
)
from integrations.quickbooks.faults import AccessLost
from integrations.quickbooks.tokens import access_token
from people.models import User
from psa.vendors import AccountIsBoundElsewhere
from tenants.models import ExternalAccount, Firm
from tests.books import Books
from tests.cast import NOW, Cast
from tests.stand_ins import Sandbox

FIRST, SECOND = "9341453000000001", "9341453000000002"


def consent(sandbox: Sandbox, url: str, realm: str = FIRST, *, says: str = "allow") -> dict[str, str]:
    """Says yes (or no) on the stand-in's page; what comes back in the redirect."""
    with requests.Session() as person:
        person.trust_env = False
        page = person.get(url, timeout=20)
        assert page.status_code == 200, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        hidden = {name: unescape(value) for name, value in hidden.items()}
        said = person.post(
            urljoin(url, "/quickbooks/connect/oauth2"), {**hidden, "realm": realm, "answer": says}, timeout=20
        )
        assert said.status_code == 200, said.text
    # Browsers follow no form to another host, so the page that thanks leads there.
    back = re.search(r'href="([^"]*/oauth/quickbooks[^"]*)"', said.text)
    assert back is not None, said.text
    query = parse_qs(urlsplit(unescape(back.group(1))).query)
    return {name: values[0] for name, values in query.items()}


def finish(brought: dict[str, str], by: User, **other: Any) -> Connection:
    wish = {
        "code": brought.get("code", ""),
        "realm": brought.get("realmId", ""),
        "state": brought["state"],
        "at": NOW,
        **other,
    }
    return finish_connecting(by=by, **wish)


def test_a_company_is_connected_and_bound(sandbox: Sandbox, owner: User, firm: Firm) -> None:
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    connected = finish(brought, owner)
    assert (connected.account_id, connected.account_name) == (FIRST, "Hartwell & Moss LLC")
    assert connected.health == Connection.Health.READY
    assert connected.connected_by_name == owner.name
    assert connected.access_expires_at == NOW + timedelta(hours=1)
    assert ExternalAccount.objects.get(provider="quickbooks", account_id=FIRST).firm == firm
    assert Action.objects.filter(verb="connection.finish").count() == 1
    assert access_token(at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token || refresh_token FROM integrations_connection")
        stored = cursor.fetchone()[0]
    assert connected.refresh_token not in stored
    assert connected.access_token not in stored


def test_the_first_connection_offers_nothing_older_than_the_month_and_the_next_keeps_the_day(
    sandbox: Sandbox, owner: User
) -> None:
    finish(consent(sandbox, start_connecting(by=owner, at=NOW)), owner)
    assert QuickBooksRules.objects.get().posts_from == date(2026, 11, 1)
    QuickBooksRules.objects.update(posts_from=None)
    finish(consent(sandbox, start_connecting(by=owner, at=NOW)), owner)
    assert QuickBooksRules.objects.get().posts_from is None


def test_the_root_host_moves_the_code_on_to_the_firm_that_began(
    sandbox: Sandbox, owner: User, settings: Any
) -> None:
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    answer = Web(headers={"host": "localhost"}).get("/oauth/quickbooks", brought)
    assert answer.status_code == 302
    there = urlsplit(answer.headers["Location"])
    assert there.hostname == "hm.localhost"
    assert there.path == "/connections/quickbooks/back/"
    assert {name: values[0] for name, values in parse_qs(there.query).items()} == brought


@pytest.mark.parametrize("state", ["", "x", "eyJiYWNrIjoiaHR0cHM6Ly9ldmlsLmV4YW1wbGUvIn0:1aaaaa:bbbb"])
def test_the_root_host_sends_nobody_where_we_did_not_say(firm: Firm, state: str) -> None:
    answer = Web(headers={"host": "localhost"}).get("/oauth/quickbooks", {"code": "c", "state": state})
    assert answer.status_code == 400


def test_a_state_serves_once_in_time_and_its_own_person(sandbox: Sandbox, owner: User, cast: Cast) -> None:
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    admin = User.objects.create_user(email="ad@hm.example", name="Ad Min", password="correct horse battery")
    admin.roles.set(owner.roles.all())
    with pytest.raises(StateIsStale):
        finish(brought, admin)
    with pytest.raises(StateIsStale):
        finish(brought, owner, at=NOW + timedelta(hours=1))
    with pytest.raises(StateIsStale):
        finish({**brought, "state": brought["state"][:-2]}, owner)
    finish(brought, owner)
    with pytest.raises(StateIsStale):
        finish(brought, owner)


def test_a_code_is_good_once(sandbox: Sandbox, owner: User) -> None:
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    finish(brought, owner)
    again = consent(sandbox, start_connecting(by=owner, at=NOW))
    with pytest.raises(StateIsStale):
        finish({**again, "code": brought["code"]}, owner)


def test_no_consent_connects_nothing(sandbox: Sandbox, owner: User) -> None:
    brought = consent(sandbox, start_connecting(by=owner, at=NOW), says="deny")
    assert brought["error"] == "access_denied"
    with pytest.raises(ConsentRefused):
        finish(brought, owner)
    assert not Connection.objects.filter(provider="quickbooks").exists()


def test_another_company_than_the_linked_one_is_refused(sandbox: Sandbox, owner: User) -> None:
    finish(consent(sandbox, start_connecting(by=owner, at=NOW)), owner)
    disconnect(by=owner, at=NOW)
    brought = consent(sandbox, start_connecting(by=owner, at=NOW), SECOND)
    with pytest.raises(AnotherCompany) as refused:
        finish(brought, owner)
    assert "Hartwell & Moss LLC" in refused.value.message
    assert not ExternalAccount.objects.filter(account_id=SECOND).exists()
    kept = Connection.objects.get(provider="quickbooks")
    assert (kept.account_id, kept.health) == (FIRST, Connection.Health.DISCONNECTED)


def test_a_company_of_another_firm_is_refused_and_stays_theirs(sandbox: Sandbox, owner: User) -> None:
    other = Firm.objects.get(slug="other")
    ExternalAccount.objects.create(provider="quickbooks", account_id=FIRST, firm=other)
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    with pytest.raises(AccountIsBoundElsewhere):
        finish(brought, owner)
    assert not Connection.objects.filter(provider="quickbooks").exists()


def test_a_realm_that_somebody_wrote_into_the_address_is_not_bound(sandbox: Sandbox, owner: User) -> None:
    """The redirect's realm is nobody's word: the token must open that company."""
    brought = consent(sandbox, start_connecting(by=owner, at=NOW))
    with pytest.raises(StateIsStale):
        finish({**brought, "realmId": SECOND}, owner)
    assert not ExternalAccount.objects.filter(provider="quickbooks").exists()


def test_who_numbers_invoices_there_is_told_to_change_it(sandbox: Sandbox, owner: User) -> None:
    wish = {"SalesFormsPrefs": {"CustomTxnNumbers": False}}
    sandbox.control(f"quickbooks/companies/{FIRST}/preferences", wish)
    connected = finish(consent(sandbox, start_connecting(by=owner, at=NOW)), owner)
    assert "custom transaction numbers" in connected.message


def test_disconnecting_gives_the_access_back_and_keeps_the_company(
    books: Books, owner: User, cast: Cast
) -> None:
    with pytest.raises(NotAllowed):
        disconnect(by=cast.member, at=NOW)
    cut = disconnect(by=owner, at=NOW)
    assert cut is not None
    assert (cut.health, cut.access_token, cut.refresh_token) == (Connection.Health.DISCONNECTED, "", "")
    assert books.sandbox.look("quickbooks/state")["grants"][0]["is_revoked"]
    with pytest.raises(AccessLost):
        access_token(at=NOW)


def test_disconnecting_works_while_intuit_is_away(books: Books, owner: User) -> None:
    books.sandbox.control("faults", {"match": "tokens/revoke", "kind": "drop"})
    cut = disconnect(by=owner, at=NOW)
    assert cut is not None
    assert cut.refresh_token == ""


def test_only_who_manages_connections_begins(cast: Cast, web: Callable[..., Web]) -> None:
    with pytest.raises(NotAllowed):
        start_connecting(by=cast.member, at=NOW)
