"""Every route of the API: with a token of another firm, without one, without the right, the scope or being staff."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from core import clock
from people.issuing import SCOPES, issue_token
from people.models import User
from tenants.models import Firm
from tests.cast import Cast
from tests.tenancy.addresses import Route, every_route, wish_naming
from tests.tenancy.stranger import FOREIGN, MARK, Stranger, furnish
from tests.tenancy.test_isolation import footprint

pytestmark = pytest.mark.usefixtures("own_cache")

MARKS = (MARK, "Stranger Works", "sam@other.example")
# Whoever asks for this has no token any more.
LAST = "DELETE /me/token"
UPLOADS = {
    "POST /change-orders/{order_id}/file": "file",
    "POST /company/logo": "logo",
    "POST /expenses/{expense_id}/receipts": "receipt",
    "POST /invoices/{invoice_id}/files": "file",
    "POST /milestones/{milestone_id}/file": "file",
    "POST /receipts": "receipt",
}
GONE = {403, 404}


@pytest.fixture
def stranger(cast: Cast, firm: Firm, settings: Any) -> Iterator[Stranger]:
    """The other firm is full; we are back in ours. No limit ends the walk."""
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    known = furnish(Firm.objects.get(slug="other"))
    connection.set_tenant(firm)  # type: ignore[attr-defined]
    yield known
    connection.set_tenant(firm)  # type: ignore[attr-defined]


def routes() -> list[Route]:
    return [route for route in every_route() if route.name != LAST]


def program(user: User | None, *scopes: str, host: str = "hm.localhost") -> Web:
    if user is None:
        return Web(headers={"host": host})
    _, raw = issue_token(user=user, name="Walk", scopes=scopes or SCOPES, by=user, at=clock.now())
    return Web(headers={"host": host, "authorization": f"Bearer {raw}"})


def ask(web: Web, route: Route, number: int = FOREIGN) -> Any:
    """With a body as described, so that a refusal is about who asks and for what. A file is no body of JSON."""
    wish = wish_naming(route, number)
    if isinstance(wish, dict) and "minutes" in wish:
        wish.pop("text", None)  # one of both is given
    if route.name in UPLOADS:
        return web.post(route.path(number), {UPLOADS[route.name]: io.BytesIO(b"no picture")})
    body = {} if wish is None else {"data": json.dumps(wish), "content_type": "application/json"}
    return web.generic(route.method, route.path(number), **body)


def told(answer: Any) -> list[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [mark for mark in MARKS if mark in content.decode(errors="replace") + str(answer.headers)]


def test_the_walk_is_whole() -> None:
    assert len(every_route()) > 150
    assert sum(route.names_a_thing for route in every_route()) > 80


def test_the_other_firms_things_are_there(stranger: Stranger) -> None:
    """Or the tests below would find nothing because there is nothing to find."""
    connection.set_tenant(Firm.objects.get(slug="other"))  # type: ignore[attr-defined]
    sam = program(User.objects.get(email="sam@other.example"), host="other.localhost")
    found = [route for route in routes() if route.method == "GET" and route.names_a_thing]
    missing = {route.name for route in found if ask(sam, route).status_code != 200}
    assert missing == NOT_THERE, missing
    assert len(found) - len(missing) > 20


# Of these the furnished firm has none of that number, or the thing is of another kind.
NOT_THERE = {
    "GET /quickbooks/pulls/{job_id}",
    "GET /statement-jobs/{job_id}",
}


def test_things_of_the_other_firm_are_not_here(cast: Cast, stranger: Stranger) -> None:
    owner = program(cast.owner)
    before = footprint()[5:]
    leaks, opened, failed = [], [], []
    for route in routes():
        answer = ask(owner, route)
        if told(answer):
            leaks.append((route.name, told(answer)))
        if route.names_a_thing and answer.status_code not in GONE:
            opened.append((route.name, answer.status_code, answer.content[:200]))
        if answer.status_code >= 500:
            failed.append((route.name, answer.status_code))
    assert leaks == []
    assert failed == []
    assert [each[:2] for each in opened] == [], opened
    assert footprint()[5:] == before


def test_a_token_of_our_firm_is_nobodys_there(cast: Cast, stranger: Stranger) -> None:
    there = program(cast.owner, host="other.localhost")
    there.defaults["REMOTE_ADDR"] = "192.0.2.1"
    for route in routes():
        assert ask(there, route).status_code in (401, 429), route.name


def test_nobody_is_told_anything(stranger: Stranger, web: Callable[..., Web], cast: Cast) -> None:
    signed_in = web(cast.owner)
    for route in every_route():
        for caller in (program(None), signed_in):
            answer = ask(caller, route)
            assert answer.status_code in (401, 429), route.name
            assert told(answer) == []


def test_staff_without_rights_get_no_guarded_route(cast: Cast, stranger: Stranger) -> None:
    member = program(cast.member)
    guarded = [route for route in routes() if isinstance(route.guard, tuple)]
    assert len(guarded) > 80
    assert [
        (route.name, answer.status_code)
        for route in guarded
        if (answer := ask(member, route)).status_code not in (403, 422)
        or (answer.status_code == 422 and b"not-as-described" not in answer.content)
    ] == []


def test_a_person_who_is_no_staff_gets_no_staff_route(cast: Cast, stranger: Stranger) -> None:
    outsider = program(
        User.objects.create_user(email="client@larkspur.example", name="Alma", password="x" * 12)
    )
    seen = [
        (route.name, answer.status_code)
        for route in routes()
        if route.guard == "staff" and (answer := ask(outsider, route)).status_code != 403
    ]
    assert seen == []


def test_each_route_asks_for_its_scope(cast: Cast, stranger: Stranger) -> None:
    scoped = [route for route in every_route() if route.scope]
    assert {route.name for route in every_route()} - {route.name for route in scoped} == {"GET /me", LAST}
    assert all(route.scope.endswith(":read") == (route.method == "GET") for route in scoped)
    lacking = {
        scope: program(cast.owner, *(other for other in SCOPES if other != scope))
        for scope in {route.scope for route in scoped}
    }
    let_in = [
        (route.name, answer.status_code)
        for route in scoped
        if (answer := ask(lacking[route.scope], route)).status_code != 403
        or b"scope-is-missing" not in answer.content
    ]
    assert let_in == []
