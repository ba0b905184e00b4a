"""Tokens, problems, parts of lists, repeats and limits, over the plainest routes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from clients.models import Client
from core import clock
from people.issuing import revoke_token
from people.models import ApiToken, User
from psa.api.limits import count_request
from psa.api.middleware import ApiProblemMiddleware
from psa.api.problems import MEDIA_TYPE
from tests.api.conftest import Program

Api = Callable[..., Program]


def is_problem(program: Program, status: int) -> dict[str, Any]:
    assert program.status == status, program.answer.content
    assert program.answer.headers["Content-Type"] == MEDIA_TYPE
    body = program.answer.json()
    assert body["status"] == status
    assert body["detail"]
    return dict(body)


@pytest.fixture
def clients(owner: User) -> list[Client]:
    return [Client.objects.create(name=f"Client {number}") for number in range(5)]


def test_a_token_lets_in(owner: User, api: Api, clients: list[Client]) -> None:
    program = api(owner)
    listed = program.get("/clients")
    assert program.status == 200
    assert [row["name"] for row in listed["items"]] == [client.name for client in clients]
    assert program.answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in program.answer.headers
    assert ApiToken.objects.get().last_used_at is not None


@pytest.mark.parametrize("raw", ["", "psa_wrong", "psa_" + "x" * 43, "x" * 500])
def test_without_a_token_nothing_is_told(api: Api, raw: str) -> None:
    program = Program(raw)
    for path in ("/clients", "/nothing/here", ""):
        program.get(path)
        is_problem(program, 401)
        assert program.answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_token(web: Callable[..., Any], owner: User) -> None:
    answer = web(owner).get("/api/v1/clients")
    assert answer.status_code == 401


def test_revoked_expired_and_inactive_tokens_open_nothing(owner: User, api: Api) -> None:
    revoked, expired = api(owner), api(owner)
    second, first = ApiToken.objects.all()
    revoke_token(token=first, by=owner, at=clock.now())
    ApiToken.objects.filter(pk=second.pk).update(
        created_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(seconds=1)
    )
    for program in (revoked, expired):
        program.get("/clients")
        is_problem(program, 401)
    gone = User.objects.create_user(email="gone@hm.example", name="Gone")
    last = api(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    last.get("/clients")
    is_problem(last, 401)


def test_a_token_is_of_its_firm(owner: User, api: Api) -> None:
    program = api(owner, host="other.localhost")
    program.get("/clients")
    is_problem(program, 401)


def test_a_scope_is_asked_besides_the_right(owner: User, api: Api) -> None:
    program = api(owner, "projects:read", "clients:write")
    program.get("/clients")
    assert "clients:read" in is_problem(program, 403)["detail"]


@pytest.mark.parametrize("host", ["localhost", "nobody.localhost", "example.org"])
def test_other_hosts_answer_problems(host: str, firm: object) -> None:
    program = Program("psa_x", host)
    program.get("/clients")
    is_problem(program, 404)


def test_addresses_and_methods_that_are_not(owner: User, api: Api) -> None:
    program = api(owner)
    for path in ("/nothing", "/clients/", "", "/clients/notanumber", "/clients/999999999999999999999999"):
        program.get(path)
        is_problem(program, 404)
    program.delete("/clients")
    is_problem(program, 405)
    assert "GET" in program.answer.headers["Allow"]


def test_the_description_is_open(api: Api) -> None:
    program = api()
    described = program.get("/openapi.json")
    assert program.status == 200
    assert described["openapi"].startswith("3.1")
    route = described["paths"]["/api/v1/clients"]["get"]
    assert route["x-scope"] == "clients:read"
    assert route["security"] == [{"Bearer": []}]
    assert MEDIA_TYPE in route["responses"]["default"]["content"]


def test_lists_come_in_parts(owner: User, api: Api, clients: list[Client]) -> None:
    program, names, cursor = api(owner), [], ""
    for _ in range(3):
        part = program.get(f"/clients?limit=2&cursor={cursor}")
        names += [row["name"] for row in part["items"]]
        cursor = part["next_cursor"]
    assert cursor is None
    assert names == [client.name for client in clients]


def test_changed_rows_come_in_the_order_of_change(owner: User, api: Api, clients: list[Client]) -> None:
    program = api(owner)
    connection.cursor().execute("SELECT pg_sleep(0.01)")
    start = clock.now().isoformat().replace("+00:00", "Z")
    for client in (clients[3], clients[1]):
        Client.objects.filter(pk=client.pk).update(phone="1")
    part = program.get(f"/clients?updated_since={start}&limit=1")
    assert [row["id"] for row in part["items"]] == [clients[3].pk]
    part = program.get(f"/clients?updated_since={start}&cursor={part['next_cursor']}")
    assert [row["id"] for row in part["items"]] == [clients[1].pk]
    assert part["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WyJhIl0", "Wy0xXQ", "WzFlOTldCg", "bnVsbA"])
def test_a_damaged_cursor_is_said(owner: User, api: Api, cursor: str) -> None:
    program = api(owner)
    program.get(f"/clients?cursor={cursor}")
    assert is_problem(program, 422)["errors"][0]["path"] == "cursor"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "updated_since=2026-01-01", "cursor=%00"]
)
def test_damaged_queries_are_said(owner: User, api: Api, query: str) -> None:
    program = api(owner)
    program.get(f"/clients?{query}")
    is_problem(program, 422)


def test_the_limit_is_told_and_held(owner: User, api: Api, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    program = api(owner)
    seen = []
    for _ in range(4):
        program.get("/clients")
        seen.append((program.status, program.answer.headers["RateLimit-Remaining"]))
    # A minute may begin in between; then the count begins anew.
    assert (429, "0") in seen
    refused = program.answer if program.status == 429 else None
    if refused:
        is_problem(program, 429)
        assert int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["RateLimit-Limit"] == "2"


def test_our_failure_is_a_problem_too() -> None:
    answered = ApiProblemMiddleware(lambda request: HttpResponse("<h1>Oh</h1>", status=500))
    answer = answered(RequestFactory().get("/api/v1/clients"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, MEDIA_TYPE)
    assert b"<h1>" not in answer.content
    page = answered(RequestFactory().get("/clients/"))
    assert page.content == b"<h1>Oh</h1>"


def test_nothing_sends_a_program_to_sign_in() -> None:
    answered = ApiProblemMiddleware(lambda request: HttpResponseRedirect("/account/sign-in/"))
    answer = answered(RequestFactory().get("/api/v1/clients"))
    assert (answer.status_code, "Location" in answer.headers) == (404, False)


def test_without_the_cache_nobody_is_refused(settings: Any) -> None:
    away = {
        "LOCATION": "redis://127.0.0.1:1/0",
        "KEY_FUNCTION": "django.core.cache.backends.base.default_key_func",
    }
    settings.CACHES = {"default": settings.CACHES["default"] | away}
    standing = count_request("anybody", at=clock.now(), limit=0)
    assert not standing.is_over


@pytest.mark.parametrize(
    ("path", "wish", "field"),
    [
        ("/timers/start", {"task_id": True}, "task_id"),
        ("/time-entries/recall", {"entry_ids": [True]}, "entry_ids"),
        ("/expense-reports", {"title": False}, "title"),
    ],
)
def test_true_is_not_the_number_one(
    owner: User, api: Api, path: str, wish: dict[str, Any], field: str
) -> None:
    program = api(owner)
    program.post(path, wish)
    assert [error["path"] for error in is_problem(program, 422)["errors"]] == [field]
