"""Connecting a Stripe account: made once, finished on Stripe's page, bound to one firm."""

import urllib.request
from typing import Any

import pytest
from django.db import connection

from billing.ports import ProviderIsAway, online_methods
from core import clock
from core.errors import NotAllowed
from integrations.models import Connection
from integrations.stripe.client import client
from integrations.stripe.connecting import lose_account, refresh_account, start_connecting
from psa.vendors import AccountIsBoundElsewhere
from tenants.models import ExternalAccount, Firm
from tests.cast import Cast
from tests.stand_ins import Sandbox

HERE = {
    "return_url": "http://hm.localhost:8000/connections/stripe/back/",
    "refresh_url": "http://hm.localhost:8000/connections/",
}


def start(cast: Cast, **changed: Any) -> str:
    asked = {"firm_name": "Hartwell & Moss", "email": "olu@hm.example", "by": cast.owner, "at": clock.now()}
    return start_connecting(**HERE | asked | changed)


def finish(url: str, name: str = "Hartwell & Moss") -> None:
    """What the owner does on Stripe's page."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(url, data=f"name={name}".replace(" ", "+").replace("&", "%26").encode())


def test_from_the_button_to_ready(cast: Cast, sandbox: Sandbox) -> None:
    assert online_methods("USD") == ()
    url = start(cast)
    assert url.startswith(sandbox.http_url)
    found = Connection.objects.get()
    assert (found.health, found.connected_by_name) == ("ONBOARDING", "Olu Hartwell")
    assert ExternalAccount.objects.get(account_id=found.account_id).firm.slug == "hm"
    assert online_methods("USD") == ()
    finish(url)
    refreshed = refresh_account(at=clock.now())
    assert refreshed is not None
    assert refreshed.health == "READY"
    assert list(online_methods("USD")) == ["BANK_DEBIT", "CARD"]
    assert list(online_methods("EUR")) == ["CARD"]
    assert online_methods("ISK") == ()


def test_a_second_click_and_a_way_back_find_the_same_account(cast: Cast, sandbox: Sandbox) -> None:
    first, second = start(cast), start(cast, firm_name="Hartwell, Moss & Partners")
    assert first != second
    # The answer was lost before anything was kept here.
    account = Connection.objects.get().account_id
    Connection.objects.all().delete()
    start(cast)
    assert Connection.objects.get().account_id == account
    assert len(sandbox.look()["accounts"]) == 1


def test_not_finished_and_restricted(cast: Cast, sandbox: Sandbox) -> None:
    url = start(cast)
    assert refresh_account(at=clock.now()).health == "ONBOARDING"  # type: ignore[union-attr]
    finish(url)
    account = Connection.objects.get().account_id
    sandbox.control(f"accounts/{account}/restrict")
    restricted = refresh_account(at=clock.now())
    assert restricted is not None
    assert (restricted.health, restricted.message) == (
        "RESTRICTED",
        "Stripe needs more from you before clients can pay.",
    )
    assert online_methods("USD") == ()


def test_taken_away_and_connected_again(cast: Cast, sandbox: Sandbox) -> None:
    finish(start(cast))
    refresh_account(at=clock.now())
    old = Connection.objects.get().account_id
    sandbox.control(f"accounts/{old}/disconnect")
    assert refresh_account(at=clock.now()).health == "LOST"  # type: ignore[union-attr]
    assert refresh_account(at=clock.now()) is None
    start(cast)
    found = Connection.objects.get()
    assert (found.health, found.account_id != old) == ("ONBOARDING", True)
    lose_account(account_id=old, at=clock.now())
    found.refresh_from_db()
    assert found.health == "ONBOARDING"


def test_lost_between_two_clicks(cast: Cast, sandbox: Sandbox) -> None:
    start(cast)
    old = Connection.objects.get().account_id
    sandbox.control(f"accounts/{old}/disconnect")
    assert start(cast).startswith(sandbox.http_url)
    assert Connection.objects.get().account_id != old


def test_an_account_of_another_firm_is_refused(cast: Cast, sandbox: Sandbox) -> None:
    start(cast)
    account = Connection.objects.get().account_id
    Connection.objects.all().delete()
    ExternalAccount.objects.filter(account_id=account).update(firm=Firm.objects.get(slug="other"))
    with pytest.raises(AccountIsBoundElsewhere):
        start(cast)
    assert not Connection.objects.exists()
    assert connection.schema_name == "firm_hm"  # type: ignore[attr-defined]


def test_only_who_may_and_only_where_it_is_set_up(cast: Cast, sandbox: Sandbox, settings: Any) -> None:
    with pytest.raises(NotAllowed):
        start(cast, by=cast.member)
    settings.STRIPE_API_KEY = ""
    client.cache_clear()
    with pytest.raises(ProviderIsAway, match="not set up"):
        start(cast)


def test_a_wrong_key_of_ours_disconnects_nobody(cast: Cast, sandbox: Sandbox, settings: Any) -> None:
    finish(start(cast))
    refresh_account(at=clock.now())
    settings.STRIPE_API_KEY = "sk_test_wrong"
    client.cache_clear()
    with pytest.raises(ProviderIsAway):
        refresh_account(at=clock.now())
    assert Connection.objects.get().health == "READY"


def test_stripe_is_away(cast: Cast, sandbox: Sandbox) -> None:
    sandbox.control("faults", {"match": "POST /v1/account", "kind": "503", "times": 3})
    with pytest.raises(ProviderIsAway):
        start(cast)
    assert not Connection.objects.exists()
