"""The root host: landing, sign-up, finding one's firm."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from core.models import Mail
from people.models import User
from tenants.models import Firm
from tests.cast import PASSWORD

pytestmark = pytest.mark.usefixtures("own_cache", "db")


@pytest.fixture(autouse=True)
def outside_of_firms(db: None) -> Any:
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def root() -> Web:
    return Web(headers={"host": "localhost"})


def typed(**changes: str) -> dict[str, str]:
    return {
        "owner_name": "Dana Ruiz",
        "owner_email": "dana@hartwell.example",
        "name": "Hartwell & Moss",
        "slug": "blue-oak",
        "password": PASSWORD,
        "time_zone": "Europe/Lisbon",
    } | changes


def test_landing_and_lost_pages(root: Web) -> None:
    page = root.get("/")
    assert page.status_code == 200
    assert "Create your firm" in page.content.decode()
    assert root.get("/nothing/").status_code == 404
    nobody = Web(headers={"host": "nobody.localhost"}).get("/")
    assert nobody.status_code == 404
    assert "No firm at nobody.localhost" in nobody.content.decode()
    for blueprint in ("zz-blueprint.localhost", "zz_blueprint.localhost", "public.localhost"):
        assert Web(headers={"host": blueprint}).get("/").status_code in (400, 404)


def test_sign_up_moves_on_and_signs_in(root: Web) -> None:
    done = root.post("/sign-up/", typed(slug=" Blue-Oak "))
    # No redirect: browsers block a form whose answer leaves the host.
    assert done.status_code == 200
    text = done.content.decode()
    found = re.search(
        r'http-equiv="refresh" content="0; url=http://blue-oak\.localhost:8000(/hand-over/[^"]+)"', text
    )
    assert found
    assert 'href="http://blue-oak.localhost:8000/account/sign-in/"' in text
    browser = Web(headers={"host": "blue-oak.localhost"})
    assert browser.head(found[1]).status_code == 405
    answer = browser.get(found[1])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/people/me/").status_code == 200
    again = Web(headers={"host": "blue-oak.localhost"}).get(found[1])
    assert again.status_code == 410
    assert "used already" in again.content.decode()
    assert Web(headers={"host": "hm.localhost"}).get(found[1]).status_code == 410


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "hm", "The address hm is taken."),
        ("slug", "www", "This address is reserved."),
        ("slug", "a--b", "Use 1 to 30 small letters"),
        ("slug", "", "This field is required."),
        ("owner_email", "nonsense", "Enter a valid email address."),
        ("owner_name", "", "This field is required."),
        ("name", "", "This field is required."),
        ("password", "short", "too short"),
        ("password", "1qaz2wsx3edc", "too common"),
        ("password", "dana@hartwell.example", "too similar"),
    ],
)
def test_errors_beside_their_field(root: Web, field: str, value: str, words: str) -> None:
    answer = root.post("/sign-up/", typed(**{field: value}))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert text.count('aria-invalid="true"') == 1
    # What was typed is kept, the password too; nothing keeps this page.
    for name, kept in typed(**{field: value}).items():
        assert not kept or f'value="{kept}"'.replace("&", "&amp;") in text, name
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Firm.objects.filter(slug="blue-oak").exists()


def test_free_addresses_while_typing(root: Web) -> None:
    assert (
        "blue-oak.localhost:8000 is free."
        in root.get("/sign-up/address/", {"slug": "Blue-oak"}).content.decode()
    )
    taken = root.get("/sign-up/address/", {"slug": "hm", "name": "Hartwell & Moss"}).content.decode()
    assert "is taken" in taken
    assert 'data-slug="hartwell-moss"' in taken
    assert "<html" not in taken
    assert root.get("/sign-up/address/").status_code == 200
    assert "&lt;script&gt;" not in root.get("/sign-up/address/", {"slug": "<script>"}).content.decode()


def test_sign_ups_are_limited(root: Web, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 1
    assert root.post("/sign-up/", typed()).status_code == 200
    second = root.post("/sign-up/", typed(slug="red-oak"))
    assert second.status_code == 422
    assert "Try again in an hour" in second.content.decode()
    assert not Firm.objects.filter(slug="red-oak").exists()
    # Another network address is somebody else.
    assert root.post("/sign-up/", typed(slug="red-oak"), REMOTE_ADDR="203.0.113.7").status_code == 200


def test_find_firm_tells_nobody_anything(root: Web) -> None:
    assert root.get("/find-firm/").status_code == 200
    texts = set()
    for email in ("olu@hm.example", "nobody@hm.example"):
        answer = root.post("/find-firm/", {"email": email})
        assert answer.status_code == 200
        texts.add(re.sub(r"csrf[^>]+>|nonce=\S+", "", answer.content.decode().replace(email, "")))
    assert len(texts) == 1
    connection.set_tenant(Firm.objects.get(slug="hm"))
    mail = Mail.objects.get(kind="people.address")
    assert mail.to == ["olu@hm.example"]
    assert "http://hm.localhost:8000/account/sign-in/" in mail.text
    connection.set_tenant(Firm.objects.get(slug="other"))
    assert not Mail.objects.filter(kind="people.address").exists()
    connection.set_schema_to_public()
    assert root.post("/find-firm/", {"email": "nonsense"}).status_code == 422
    for _ in range(3):
        last = root.post("/find-firm/", {"email": "olu@hm.example"})
    assert last.status_code == 422


def cookies_of_a_person() -> str:
    firm = Firm.objects.get(slug="hm")
    connection.set_tenant(firm)
    browser = Web(headers={"host": "hm.localhost"})
    browser.force_login(
        User.objects.get(email="olu@hm.example"),
        backend="people.allauth_adapter.SignIn",
    )
    connection.set_schema_to_public()
    return browser.cookies["sessionid"].value


@pytest.mark.parametrize(
    "path", ["/", "/sign-up/", "/find-firm/", "/sign-up/address/?slug=x", "/nothing/", "/account/sign-in/"]
)
def test_strange_cookies_never_break_the_root_host(path: str) -> None:
    stale = cookies_of_a_person()
    for session in (stale, "forged", "x" * 5000, "é'\"; DROP TABLE", ""):
        browser = Web(headers={"host": "localhost"})
        browser.cookies["sessionid"] = session
        browser.cookies["csrftoken"] = "nonsense"
        browser.cookies["messages"] = "forged:messages"
        answer = browser.get(path)
        assert answer.status_code in (200, 404)
        assert "Olu Hartwell" not in answer.content.decode()
        assert "sessionid" not in answer.cookies
        post = browser.post("/sign-up/", typed(slug="hm"))
        assert post.status_code == 422
