"""Tokens: renewed once however many want one, kept before they are used, lost only when Intuit says so."""

from datetime import timedelta
from typing import Any

import pytest

from core.models import Action
from integrations.models import Connection
from integrations.quickbooks.client import company
from integrations.quickbooks.faults import AccessLost, Away
from integrations.quickbooks.tokens import access_token, current_connection, refresh_after_401
from tenants.models import Firm
from tests.books import Books, connect_books
from tests.cast import NOW
from tests.stand_ins import Sandbox
from tests.two_connections import at_once

LATER = NOW + timedelta(minutes=58)
TOKENS = "POST /quickbooks/oauth2/v1/tokens/bearer"


def own(books: Books) -> Connection:
    return Connection.objects.get(provider="quickbooks", account_id=books.realm)


def test_a_token_that_lasts_is_used_as_it_is(books: Books) -> None:
    before = own(books).access_token
    assert access_token(at=NOW) == before


def test_one_that_ends_soon_is_renewed_and_the_new_refresh_token_kept(books: Books) -> None:
    before = own(books)
    books.pull_lever("rotate")
    token = access_token(at=LATER)
    after = own(books)
    assert token == after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.access_expires_at == LATER + timedelta(hours=1)
    assert after.hard_expires_at is not None
    assert company(LATER).company_info()["CompanyName"]


def test_a_refused_token_is_renewed_though_its_time_is_not_over(books: Books) -> None:
    books.pull_lever("expire")
    before = own(books).access_token
    assert company(NOW).company_info()["CompanyName"]
    assert own(books).access_token != before


def test_who_was_refused_with_an_older_token_gets_the_newer_one(books: Books) -> None:
    old = own(books).access_token
    new = refresh_after_401(refused=old, at=NOW)
    assert refresh_after_401(refused=old, at=NOW) == new
    assert own(books).access_token == new


def test_access_that_was_taken_away_is_noted_with_a_record(books: Books) -> None:
    books.pull_lever("revoke")
    with pytest.raises(AccessLost):
        company(NOW).company_info()
    lost = own(books)
    assert lost.health == Connection.Health.LOST
    assert "Connect again" in lost.message
    assert Action.objects.filter(verb="connection.health", subject_id=str(lost.pk)).count() == 1
    assert current_connection() is None
    with pytest.raises(AccessLost):
        company(NOW)
    with pytest.raises(AccessLost):
        access_token(at=NOW)


@pytest.mark.parametrize("weather", [{"kind": "html"}, {"kind": "drop"}, {"kind": "503"}])
def test_intuit_being_away_loses_nothing(books: Books, weather: dict[str, Any]) -> None:
    before = own(books).refresh_token
    books.sandbox.control("faults", {"match": TOKENS, **weather})
    with pytest.raises(Away):
        access_token(at=LATER)
    assert own(books).refresh_token == before
    assert own(books).health == Connection.Health.READY
    assert access_token(at=LATER) == own(books).access_token


def test_two_workers_that_renew_at_once_end_with_the_same_living_token(
    own_firm: Firm, sandbox: Sandbox
) -> None:
    """G1, row 1: a slow token endpoint, and a refresh token that changes with the first call."""
    books = connect_books(sandbox)
    books.pull_lever("rotate")
    sandbox.control("faults", {"match": TOKENS, "kind": "delay", "seconds": 0.5, "times": 2})
    first, second = at_once(own_firm, *[lambda: access_token(at=LATER)] * 2)
    assert first == second == own(books).access_token
    assert company(LATER).company_info()["CompanyName"]
    # The refresh token that is kept is the one that lives.
    assert refresh_after_401(refused=first, at=LATER) != first


def test_two_workers_that_are_refused_at_once_renew_once(own_firm: Firm, sandbox: Sandbox) -> None:
    books = connect_books(sandbox)
    books.pull_lever("expire")
    books.pull_lever("rotate")
    sandbox.control("faults", {"match": TOKENS, "kind": "delay", "seconds": 0.5, "times": 2})

    def ask() -> Any:
        return company(NOW).company_info()["CompanyName"]

    assert at_once(own_firm, ask, ask) == ["Hartwell & Moss LLC"] * 2
    assert own(books).health == Connection.Health.READY
