"""What every answer carries, however early it is given: the policy, and no hint of what is inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client as Web

from tenants.models import Firm

POLICY = "Content-Security-Policy"


def ask(host: str, path: str, **headers: str) -> Any:
    return Web(headers={"host": host, **headers}, raise_request_exception=False).get(path)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("localhost", "/", 200),
        ("localhost", "/no-such-page", 404),
        ("localhost", "/webhooks/stripe", 405),
        ("nobody.localhost", "/", 404),
        ("zz-blueprint.localhost", "/", 404),
        ("elsewhere.example", "/", 404),
        ("hm.localhost", "/account/sign-in/", 200),
        ("hm.localhost", "/no-such-page", 404),
        ("hm.localhost", "/people/join/forged/", 404),
        ("hm.localhost", "/pay/forged.link/", 404),
        ("10.0.0.3", "/healthz", 200),
        ("10.0.0.3", "/readyz", 200),
    ],
)
def test_the_policy_stands_on_every_answer(firm: Firm, host: str, path: str, status: int) -> None:
    response = ask(host, path)
    assert (response.status_code, "script-src 'self'" in response.headers.get(POLICY, "")) == (status, True)


def test_a_broken_page_has_the_policy_too(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest, *args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("psa.middleware.FirmMiddleware.process_request", broken)
    response = ask("hm.localhost", "/")
    assert (response.status_code, "script-src 'self'" in response.headers.get(POLICY, "")) == (500, True)


def test_probes_need_neither_https_nor_a_host_name(firm: Firm, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert ask("10.0.0.3", "/healthz").status_code == 200
    assert ask("hm.localhost", "/account/sign-in/").status_code == 301


def test_a_closed_firm_has_no_pages(cast: Any, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert browser.get("/").status_code == 200
    Firm.objects.filter(slug="hm").update(state=Firm.State.CLOSED)
    assert browser.get("/").status_code == 404
    assert "Hartwell" not in browser.get("/account/sign-in/").content.decode()
