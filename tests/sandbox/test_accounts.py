"""Connected accounts and their onboarding."""

import pytest
import requests
import stripe

from tests.sandbox.asking import open_session
from tests.stand_ins import Sandbox

BACK = "http://demo.localhost:8000/connected"
AGAIN = "http://demo.localhost:8000/connect-again"


def begin(sandbox: Sandbox) -> tuple[str, str]:
    """A new account and the address of its onboarding."""
    platform = sandbox.stripe()
    account = platform.v1.accounts.create(params={"type": "standard", "email": "olu@hm.example"})
    assert (account.charges_enabled, account.payouts_enabled, account.details_submitted) == (
        False,
        False,
        False,
    )
    link = platform.v1.account_links.create(
        params={"account": account.id, "type": "account_onboarding", "return_url": BACK, "refresh_url": AGAIN}
    )
    return account.id, link.url


def test_onboarding_opens_the_account(sandbox: Sandbox) -> None:
    account, url = begin(sandbox)
    with pytest.raises(stripe.InvalidRequestError):
        open_session(sandbox.stripe(account))
    assert "Set up payments" in requests.get(url, timeout=5).text
    unnamed = requests.post(url, {"name": ""}, timeout=5)
    assert (unnamed.status_code, "Enter the name" in unnamed.text) == (422, True)
    done = requests.post(url, {"name": "Hartwell & Moss"}, timeout=5)
    assert f'href="{BACK}" data-move-on' in done.text
    opened = sandbox.stripe().v1.accounts.retrieve(account)
    assert opened.charges_enabled
    assert opened.payouts_enabled
    assert opened.details_submitted
    event = sandbox.look()["events"][-1]["event"]
    assert (event["type"], event["account"]) == ("account.updated", account)
    assert event["data"]["previous_attributes"]["charges_enabled"] is False
    assert (
        "Hartwell &amp; Moss" in requests.get(open_session(sandbox.stripe(account)).url or "", timeout=5).text
    )


def test_an_onboarding_link_is_for_now_and_for_once(sandbox: Sandbox) -> None:
    _, used = begin(sandbox)
    requests.post(used, {"name": "Hartwell"}, timeout=5)
    _, late = begin(sandbox)
    sandbox.control("clock/advance", {"seconds": 301})
    for url in (used, late):
        assert requests.get(url, timeout=5, allow_redirects=False).headers["Location"] == AGAIN
        assert requests.post(url, {"name": "Hartwell"}, timeout=5).status_code == 410


def test_links_need_both_ways_back(sandbox: Sandbox, firm: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.stripe().v1.account_links.create(
            params={"account": firm, "type": "account_onboarding", "return_url": BACK}
        )
    assert (caught.value.code, caught.value.param) == ("parameter_missing", "refresh_url")


def test_an_account_of_a_known_id_is_found_again(sandbox: Sandbox) -> None:
    first = sandbox.control("accounts", {"id": "acct_demo", "name": "Demo"})
    again = sandbox.control("accounts", {"id": "acct_demo", "name": "Demo"})
    assert first["id"] == again["id"] == "acct_demo"
    assert len(sandbox.look()["accounts"]) == 1
    assert sandbox.stripe("acct_demo").v1.accounts.retrieve_current().id == "acct_demo"
