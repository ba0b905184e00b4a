"""Too many calls: 429 in XML, and again after a minute."""

from xml.etree import ElementTree

from tests.sandbox.quickbooks.calling import Caller

_NS = "{http://schema.intuit.com/finance/v3}"


def statuses(caller: Caller, calls: int) -> list[int]:
    return [caller.get("preferences").status_code for _ in range(calls)]


def test_so_many_a_minute(caller: Caller) -> None:
    caller.sandbox.control("quickbooks/limits", {"is_on": True, "per_minute": 3, "per_second": 100})
    assert statuses(caller, 4) == [200, 200, 200, 429]
    refused = caller.get("preferences")  # JSON was asked for
    assert "xml" in refused.headers["Content-Type"]
    error = ElementTree.fromstring(refused.text).find(f"{_NS}Fault/{_NS}Error")
    assert error is not None
    assert error.get("code") == "3001"
    assert "ThrottleExceeded; errorCode=003001; statusCode=429" in (error.findtext(f"{_NS}Message") or "")
    assert "Retry-After" not in refused.headers
    caller.sandbox.control("clock/advance", {"seconds": 60})
    assert statuses(caller, 1) == [200]
    caller.sandbox.control("clock/reset")
    assert statuses(caller, 1) == [200]


def test_so_many_a_second(caller: Caller) -> None:
    caller.sandbox.control("quickbooks/limits", {"is_on": True, "per_second": 2})
    assert 429 in statuses(caller, 30)
    caller.sandbox.control("clock/advance", {"seconds": 1})
    assert statuses(caller, 1) == [200]


def test_so_many_batches(caller: Caller) -> None:
    limits = {"is_on": True, "batches_per_minute": 2, "per_second": 100}
    caller.sandbox.control("quickbooks/limits", limits)
    items = [{"bId": "1", "Query": "select * from Term"}]
    answers = [caller.post("batch", {"BatchItemRequest": items}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert statuses(caller, 1) == [200]


def test_a_storm_on_order(caller: Caller) -> None:
    caller.sandbox.control("quickbooks/faults", {"kind": "429", "times": 3})
    assert statuses(caller, 4) == [429, 429, 429, 200]
