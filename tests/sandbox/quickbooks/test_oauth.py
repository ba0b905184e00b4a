"""Consent by the page, tokens by Intuit's own library and by plain HTTP."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from tests.stand_ins import Sandbox

REALM = "9341453000000001"
BACK = "http://localhost:8000/oauth/quickbooks"
DAY = 24 * 3600


@pytest.fixture
def auth(sandbox: Sandbox) -> AuthClient:
    """Intuit's client, pointed here by the discovery document alone."""
    return AuthClient("sandbox-client", "sandbox-secret", BACK, f"{sandbox.http_url}/quickbooks/discovery")


def walk(auth: AuthClient, *, answer: str = "allow", realm: str = REALM, **more: str) -> dict[str, str]:
    """Open the page, answer as a person would, and follow to the link back; its parameters."""
    url = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="state-1")
    with requests.Session() as browser:
        browser.trust_env = False
        asked = browser.get(url, timeout=10)
        assert asked.status_code == 200, asked.text
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text)
        fields = {name: html.unescape(value) for name, value in hidden}
        address = url.partition("?")[0]
        done = browser.post(address, data={**fields, "realm": realm, "answer": answer, **more}, timeout=10)
        assert done.status_code == 200, done.text
    found = re.search(r'href="([^"]+)" data-move-on', done.text)
    assert found
    back = html.unescape(found[1])
    assert back.startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def connected(auth: AuthClient) -> dict[str, str]:
    told = walk(auth)
    auth.get_bearer_token(told["code"], realm_id=told["realmId"])
    return told


def status(sandbox: Sandbox, auth: AuthClient, realm: str = REALM) -> int:
    """What the API says to the client's access token."""
    headers = {"Authorization": f"Bearer {auth.access_token}", "Accept": "application/json"}
    url = f"{sandbox.http_url}/quickbooks/v3/company/{realm}/companyinfo/{realm}"
    return requests.get(url, headers=headers, timeout=10).status_code


def refused(auth: AuthClient, call: Any) -> tuple[int, str]:
    with pytest.raises(AuthClientError) as told:
        call()
    return int(told.value.status_code), str(told.value.content)


def test_allowing_brings_a_code_a_realm_and_the_state(auth: AuthClient, sandbox: Sandbox) -> None:
    told = connected(auth)
    assert (told["realmId"], told["state"]) == (REALM, "state-1")
    assert (auth.expires_in, auth.x_refresh_token_expires_in) == (3600, 8_726_400)
    assert status(sandbox, auth) == 200


def test_denying_brings_only_the_state(auth: AuthClient) -> None:
    assert walk(auth, answer="deny") == {"error": "access_denied", "state": "state-1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": "token"},
        {"scope": "openid"},
        {"scope": "com.intuit.quickbooks.accounting everything"},
        {"state": ""},
    ],
)
def test_a_wrong_request_leads_nowhere(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    right = {
        "client_id": "sandbox-client",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "state": "s",
    }
    url = f"{sandbox.http_url}/quickbooks/connect/oauth2"
    for answer in (
        requests.get(url, params={**right, **wrong}, timeout=10),
        requests.post(url, data={**right, **wrong, "answer": "allow", "realm": REALM}, timeout=10),
    ):
        assert answer.status_code == 400
        assert "cannot connect" in answer.text


def test_a_company_must_be_chosen(sandbox: Sandbox, auth: AuthClient) -> None:
    url = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="s")
    fields = dict(parse_qs(urlsplit(url).query)) | {"answer": ["allow"], "realm": ["1"]}
    answer = requests.post(url.partition("?")[0], data=fields, timeout=10)
    assert answer.status_code == 422
    assert "Choose a company." in answer.text


def test_a_code_is_good_once_for_ten_minutes_and_its_address(sandbox: Sandbox, auth: AuthClient) -> None:
    used = connected(auth)["code"]
    assert refused(auth, lambda: auth.get_bearer_token(used))[0] == 400
    late = walk(auth)["code"]
    sandbox.control("clock/advance", {"seconds": 601})
    assert "invalid_grant" in refused(auth, lambda: auth.get_bearer_token(late))[1]
    elsewhere = walk(auth)["code"]
    auth.redirect_uri = "http://localhost:8000/other"
    assert refused(auth, lambda: auth.get_bearer_token(elsewhere))[0] == 400


def test_a_wrong_secret_is_refused(auth: AuthClient) -> None:
    code = walk(auth)["code"]
    auth.client_secret = "guess"
    answered, body = refused(auth, lambda: auth.get_bearer_token(code))
    assert (answered, "invalid_client" in body) == (401, True)


def test_a_refresh_keeps_its_value_for_a_day_and_then_the_former_dies(
    auth: AuthClient, sandbox: Sandbox
) -> None:
    connected(auth)
    first = auth.refresh_token
    auth.refresh()
    assert auth.refresh_token == first
    sandbox.control("clock/advance", {"seconds": DAY})
    auth.refresh()
    assert auth.refresh_token != first
    assert "invalid_grant" in refused(auth, lambda: auth.refresh(first))[1]
    assert status(sandbox, auth) == 200


def test_a_refresh_token_slides_and_still_ends_after_five_years(auth: AuthClient, sandbox: Sandbox) -> None:
    connected(auth)
    for _ in range(19):
        sandbox.control("clock/advance", {"seconds": 95 * DAY})
        auth.refresh()
    sandbox.control("clock/advance", {"seconds": 30 * DAY})
    assert "Token expired" in refused(auth, auth.refresh)[1]


def test_an_unused_refresh_token_ends(auth: AuthClient, sandbox: Sandbox) -> None:
    connected(auth)
    sandbox.control("clock/advance", {"seconds": 8_726_400})
    assert refused(auth, auth.refresh)[0] == 400


def test_the_end_of_the_consent_is_told_on_request(auth: AuthClient) -> None:
    connected(auth)
    fields = {"grant_type": "refresh_token", "refresh_token": auth.refresh_token}
    client = ("sandbox-client", "sandbox-secret")
    plain = requests.post(auth.token_endpoint, data=fields, auth=client, timeout=10).json()
    assert "x_refresh_token_hard_expires_in" not in plain
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    parameter = {"includeRefreshTokenHardExpiresIn": "true"}
    for more, headers in ((parameter, {}), ({}, header)):
        answer = requests.post(
            auth.token_endpoint, data={**fields, **more}, headers=headers, auth=client, timeout=10
        )
        assert 1824 * DAY < answer.json()["x_refresh_token_hard_expires_in"] <= 1825 * DAY


def test_an_access_token_lasts_an_hour(auth: AuthClient, sandbox: Sandbox) -> None:
    connected(auth)
    sandbox.control("clock/advance", {"seconds": 3599})
    assert status(sandbox, auth) == 200
    sandbox.control("clock/advance", {"seconds": 1})
    assert status(sandbox, auth) == 401


def test_revoking_either_token_ends_both(auth: AuthClient, sandbox: Sandbox) -> None:
    for name in ("refresh_token", "access_token"):
        connected(auth)
        assert auth.revoke(getattr(auth, name))
        assert status(sandbox, auth) == 401
        assert refused(auth, auth.refresh)[0] == 400
        assert refused(auth, auth.revoke)[0] == 400


def test_disconnected_by_the_firm(auth: AuthClient, sandbox: Sandbox) -> None:
    connected(auth)
    sandbox.control(f"quickbooks/companies/{REALM}/revoke")
    assert status(sandbox, auth) == 401
    assert refused(auth, auth.refresh)[0] == 400


def test_a_token_opens_one_company_and_401_and_403_have_their_own_shape(
    auth: AuthClient, sandbox: Sandbox
) -> None:
    connected(auth)
    other = "9341453000000002"
    assert status(sandbox, auth, other) == 403
    url = f"{sandbox.http_url}/quickbooks/v3/company/{REALM}/companyinfo/{REALM}"
    answer = requests.get(url, headers={"Accept": "application/json"}, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["intuit_tid"]
    body = answer.json()
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["fault"]["error"][0]["code"] == "3200"
    assert "Fault" not in body
    xml = requests.get(url, timeout=10)
    assert xml.headers["content-type"].startswith("application/xml")
    assert '<Error code="3200">' in xml.text
