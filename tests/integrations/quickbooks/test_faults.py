"""Every shape of a fault is read, and every code has its class."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from integrations.quickbooks.faults import (
    AccessExpired,
    AccessLost,
    Away,
    Bug,
    NotThere,
    Refused,
    Stale,
    Throttled,
    Unknown,
    check_answer,
    faults_in,
)
from integrations.quickbooks.wire import exact_json

XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2026-11-22">'
    '<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429'
    "</Message><Detail>The request limit was reached.</Detail></Error></Fault></IntuitResponse>"
)


def fault(code: str, detail: str = "detail", name: str = "Fault") -> str:
    upper = {"Error": [{"Message": "message", "Detail": detail, "code": code, "element": "Line"}]}
    lower = {"error": [{"message": "message", "detail": detail, "code": code}]}
    return json.dumps({name: upper if name == "Fault" else lower})


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (400, fault("5010"), Stale),
        (400, fault("610"), NotThere),
        (400, fault("6140"), Refused),
        (400, fault("6240"), Refused),
        (400, fault("6210"), Refused),
        (400, fault("2500"), Refused),
        (400, fault("6190"), Refused),
        (400, fault("2010"), Bug),
        (400, fault("4001"), Bug),
        (400, fault("500"), Bug),
        (400, fault("600"), Unknown),
        (400, fault("10000"), Away),
        (500, fault("10000"), Away),
        (400, fault("3001"), Throttled),
        (401, fault("3200", name="fault"), AccessExpired),
        (401, fault("003200", name="fault"), AccessExpired),
        (401, "<html>who are you</html>", AccessExpired),
        (403, fault("3100", name="fault"), AccessLost),
        (400, fault("120"), AccessLost),
        (403, "<html>a proxy</html>", Bug),
        (429, XML, Throttled),
        (200, XML, Throttled),
        (429, "", Throttled),
        (502, "<html>bad gateway</html>", Unknown),
        (200, '{"Invoice": {"Id": "1", "Tot', Unknown),
        (200, fault("6000"), Refused),
        (404, "<html>nothing here</html>", Bug),
    ],
)
def test_each_answer_has_its_class(status: int, text: str, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        check_answer(status, text, is_write=True)
    assert type(raised.value) is error


def test_a_read_that_nobody_understands_did_nothing() -> None:
    for status, text in ((502, "<html>bad gateway</html>"), (200, '{"Invoice": {"Id"')):
        with pytest.raises(Away):
            check_answer(status, text, is_write=False)


def test_a_whole_answer_passes() -> None:
    check_answer(200, '{"Invoice": {"Id": "1"}}', is_write=True)


def test_a_refusal_keeps_code_words_and_field() -> None:
    with pytest.raises(Refused) as raised:
        check_answer(400, fault("6240", "The name supplied already exists. : Id=42"), is_write=True)
    refused = raised.value
    assert (refused.code, refused.element, refused.other_id) == ("6240", "Line", "42")
    assert "already exists" in refused.message


def test_all_errors_of_a_fault_are_told() -> None:
    errors = [{"Message": "m", "Detail": words, "code": "6000"} for words in ("first", "second")]
    found = faults_in(json.dumps({"Fault": {"Error": errors}}))
    assert found is not None
    assert found.detail == "first; second"


@pytest.mark.parametrize("text", ["", "null", "[]", "12", '{"Fault": null}', "<Fault", "<a>Fault</a>"])
def test_what_is_no_fault_is_none(text: str) -> None:
    assert faults_in(text) is None


def test_money_goes_out_digit_by_digit() -> None:
    body = {"a": Decimal("0.10"), "b": Decimal("12345678901234567.89"), "c": Decimal("1E+3"), "d": "\\u00005"}
    assert exact_json(body) == '{"a": 0.10, "b": 12345678901234567.89, "c": 1000, "d": "\\\\u00005"}'


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
WORDS = st.sampled_from(["Fault", "fault", "Error", "error", "code", "Detail", "type"])
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(ANYTHING, st.sampled_from([200, 400, 401, 403, 404, 429, 500, 502]), st.booleans())
def test_whatever_comes_is_an_answer_or_one_of_our_errors(body: object, status: int, is_write: bool) -> None:
    is_usable = False
    with contextlib.suppress(Refusal):
        check_answer(status, json.dumps(body), is_write=is_write)
        is_usable = True
    assert not is_usable or status == 200
