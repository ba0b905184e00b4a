"""What surrounds a request: its channel and address, and the answer to refusals."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core import audit
from core.errors import NotAllowed, Refusal
from core.middleware import AuditChannelMiddleware, RefusalMiddleware
from core.models import Job
from core.promises import register
from core.tokens import TokenUnknown

JSON = {"Accept": "application/json"}


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    ("path", "channel"), [("/time/", "web"), ("/api/v1/time", "api"), ("/apiary/", "web")]
)
def test_actions_know_how_they_came_in(path: str, channel: str) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.extend([audit.channel.get(), audit.address.get()])
        return HttpResponse()

    AuditChannelMiddleware(view)(RequestFactory().get(path, REMOTE_ADDR="203.0.113.9"))
    assert seen == [channel, "203.0.113.9"]
    assert (audit.channel.get(), audit.address.get()) == ("system", "")


@pytest.mark.parametrize(
    ("error", "status"), [(Refusal("No."), 422), (NotAllowed(), 403), (TokenUnknown(), 404), (Refusal(), 422)]
)
def test_a_refusal_is_answered_with_the_status_of_its_class(error: Refusal, status: int) -> None:
    answer = RefusalMiddleware(nothing).process_exception(RequestFactory().get("/", headers=JSON), error)
    assert answer is not None
    assert answer.status_code == status


def test_a_refusal_of_the_database_is_answered_in_its_words(firm: Any) -> None:
    register("core_test_words", "Not more than there is.")
    block = (
        "DO $$ BEGIN RAISE EXCEPTION 'over' USING ERRCODE = '23514', CONSTRAINT = 'core_test_words'; END $$"
    )
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        connection.cursor().execute(block)
    answer = RefusalMiddleware(nothing).process_exception(
        RequestFactory().get("/", headers=JSON), error.value
    )
    assert answer is not None
    assert b"Not more than there is." in answer.content


def test_an_error_of_ours_is_not_answered_as_a_refusal() -> None:
    for error in (KeyError("x"), IntegrityError("of nobody")):
        assert RefusalMiddleware(nothing).process_exception(RequestFactory().get("/"), error) is None


@pytest.mark.parametrize(
    "read", [lambda: Job.objects.filter(title="a\0b"), lambda: Job.objects.all()[10**30 : 10**30 + 5]]
)
def test_what_no_column_holds_is_a_damaged_request(firm: Any, read: Callable[[], Iterable[Job]]) -> None:
    with pytest.raises(DataError) as error, transaction.atomic():
        list(read())
    answer = RefusalMiddleware(nothing).process_exception(
        RequestFactory().get("/", headers=JSON), error.value
    )
    assert answer is not None
    assert answer.status_code == 400
