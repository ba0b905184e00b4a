"""Whole pages and fragments, refusals beside their field, toasts."""

import json
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.errors import Conflict, NotAllowed, Refusal
from core.middleware import ToastMiddleware
from core.models import Token
from core.pages import is_fragment, problem, refusals_into, toast
from core.promises import register
from tests.core.people import NOW

HTMX = {"HX-Request": "true"}


class HoursForm(forms.Form):
    minutes = forms.CharField(required=False)


def form() -> HoursForm:
    bound = HoursForm({"minutes": "1:75"})
    assert bound.is_valid()
    return bound


def request(headers: dict[str, str] | None = None) -> HttpRequest:
    return RequestFactory().get("/", headers=headers, HTTP_HOST="hm.localhost:8000")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        (HTMX, True),
        (HTMX | {"HX-Boosted": "true"}, False),
        (HTMX | {"HX-History-Restore-Request": "true"}, False),
    ],
)
def test_what_a_fragment_is(headers: dict[str, str], expected: bool) -> None:
    assert is_fragment(request(headers)) is expected


def test_a_refusal_is_shown_at_its_field_and_what_was_typed_stays() -> None:
    bound = form()
    with refusals_into(bound):
        raise Refusal("Minutes are 00 to 59.", field="minutes")
    assert bound.errors == {"minutes": ["Minutes are 00 to 59."]}
    assert bound["minutes"].value() == "1:75"


def test_a_refusal_without_a_field_of_the_form_stands_above_it() -> None:
    for field in ("", "client"):
        bound = form()
        with refusals_into(bound):
            raise Conflict(field=field)
        assert bound.non_field_errors() == [Conflict.sentence]


def test_a_missing_right_is_not_the_forms_matter() -> None:
    with pytest.raises(NotAllowed), refusals_into(form()):
        raise NotAllowed


def test_the_databases_refusal_speaks_in_the_form(firm: Any) -> None:
    register("core_token_digest_key", "Taken.", field="minutes")
    bound = form()
    values = {"purpose": "x", "subject_kind": "x", "subject_id": "1", "digest": "same", "expires_at": NOW}
    with pytest.raises(IntegrityError), refusals_into(bound):
        raise IntegrityError("of nobody")
    with refusals_into(bound):
        for _ in range(2):
            Token.objects.create(**values)
    assert bound.errors == {"minutes": ["Taken."]}


def through_middleware(headers: dict[str, str], response: HttpResponse, *texts: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        for text in texts:
            toast(request, text, undo_url="/undo/1/")
        return response

    answer = MessageMiddleware(ToastMiddleware(view))(request(headers))
    assert isinstance(answer, HttpResponse)
    return answer


def test_toasts_travel_with_an_answer_to_htmx() -> None:
    answer = through_middleware(HTMX, HttpResponse(), "14 sheets approved")
    assert json.loads(answer["HX-Trigger"]) == {
        "psa:toast": {"text": "14 sheets approved", "undo": "/undo/1/"}
    }
    assert not answer.cookies["messages"].value


@pytest.mark.parametrize(
    ("given", "known"), [("psa:close-dialog", {"psa:close-dialog": ""}), ('{"a": {"b": 1}}', {"a": {"b": 1}})]
)
def test_toasts_join_other_events(given: str, known: dict[str, Any]) -> None:
    answer = through_middleware(HTMX, HttpResponse(headers={"HX-Trigger": given}), "Größe ✓")
    assert json.loads(answer["HX-Trigger"]) == known | {"psa:toast": {"text": "Größe ✓", "undo": "/undo/1/"}}
    assert answer["HX-Trigger"].isascii()


@pytest.mark.parametrize(
    ("headers", "response"),
    [
        ({}, HttpResponse()),
        ({}, HttpResponse(status=302, headers={"Location": "/"})),
        (HTMX, HttpResponse(headers={"HX-Redirect": "/"})),
        (HTMX, HttpResponse(status=302, headers={"Location": "/"})),
        (HTMX | {"HX-Boosted": "true"}, HttpResponse()),
    ],
)
def test_toasts_wait_for_the_next_page(headers: dict[str, str], response: HttpResponse) -> None:
    answer = through_middleware(headers, response, "Saved")
    assert "HX-Trigger" not in answer
    following = RequestFactory().get("/")
    following.COOKIES["messages"] = answer.cookies["messages"].value
    MessageMiddleware(lambda request: HttpResponse()).process_request(following)
    assert [(str(each), each.extra_tags) for each in get_messages(following)] == [("Saved", "/undo/1/")]


def test_no_toast_no_event() -> None:
    assert "HX-Trigger" not in through_middleware(HTMX, HttpResponse())


def test_a_program_gets_json() -> None:
    answer = problem(request({"Accept": "application/json"}), Conflict(field="version"))
    assert answer.status_code == 409
    assert json.loads(answer.content) == {"message": Conflict.sentence, "field": "version"}
