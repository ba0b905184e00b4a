"""Idempotency keys: done once, answered again."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from clients.models import Client
from core import clock
from people.issuing import SCOPES, issue_token
from people.models import ApiAnswer, User
from tenants.models import Firm
from tests.api.conftest import Program

Api = Callable[..., Program]
KEY = {"Idempotency-Key": "a-key-of-ours"}


@pytest.fixture
def program(owner: User, api: Api) -> Program:
    return api(owner)


def test_a_repeated_wish_is_answered_again(program: Program) -> None:
    first = program.post("/clients", {"name": "Once"}, **KEY)
    assert program.status == 201
    again = program.post("/clients", {"name": "Once"}, **KEY)
    assert (program.status, again) == (201, first)
    assert program.answer.headers["Idempotency-Replayed"] == "true"
    assert Client.objects.filter(name="Once").count() == 1
    # Without the key, the product itself says that it is there.
    program.post("/clients", {"name": "Once"})
    assert program.status == 422


def test_a_key_is_for_one_wish(program: Program) -> None:
    program.post("/clients", {"name": "One"}, **KEY)
    body = program.post("/clients", {"name": "Two"}, **KEY)
    assert program.status == 422
    assert body["type"] == "urn:psa:problem:key-was-used"
    assert not Client.objects.filter(name="Two").exists()


def test_a_refused_wish_may_be_mended(program: Program) -> None:
    program.post("/clients", {"name": ""}, **KEY)
    assert program.status == 422
    assert not ApiAnswer.objects.exists()
    program.post("/clients", {"name": "Mended"}, **KEY)
    assert program.status == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "with space"])
def test_a_damaged_key_is_said(program: Program, key: str) -> None:
    program.post("/clients", {"name": "A"}, **{"Idempotency-Key": key})
    assert program.status == 400
    assert not Client.objects.filter(name="A").exists()


def test_a_key_is_free_again_after_a_day(program: Program) -> None:
    program.post("/clients", {"name": "One"}, **KEY)
    program.post("/clients", {"name": "Two"}, **{"Idempotency-Key": "another"})
    ApiAnswer.objects.update(created_at=clock.now() - timedelta(hours=25))
    program.post("/clients", {"name": "Three"}, **KEY)
    assert program.status == 201
    assert [answer.key for answer in ApiAnswer.objects.all()] == [KEY["Idempotency-Key"]]


def test_keys_are_apart_for_each_token(owner: User, api: Api) -> None:
    api(owner).post("/clients", {"name": "One"}, **KEY)
    other = api(owner)
    other.post("/clients", {"name": "Two"}, **KEY)
    assert other.status == 201


def test_of_two_at_once_one_does_it_and_both_are_answered(own_firm: Firm, own_cache: None) -> None:
    owner = User.objects.get(email="olu@hm.example")
    _, raw = issue_token(user=owner, name="Test", scopes=SCOPES, by=owner, at=clock.now())
    answers: list[tuple[int, Any]] = []

    def ask() -> None:
        connection.set_tenant(own_firm)  # type: ignore[attr-defined]
        try:
            program = Program(raw, f"{own_firm.slug}.localhost")
            body = program.post("/clients", {"name": "Once"}, **KEY)
            answers.append((program.status, body))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 4
    assert {status for status, _ in answers} == {201}
    assert len({body["id"] for _, body in answers}) == 1
    connection.set_tenant(own_firm)  # type: ignore[attr-defined]
    assert Client.objects.filter(name="Once").count() == 1
