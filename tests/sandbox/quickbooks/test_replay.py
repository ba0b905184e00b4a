"""Request ids: the first answer again, and what happens to answers that got lost."""

import threading
import time
from typing import Any

import pytest
import requests

from tests.sandbox.quickbooks.calling import Caller, code

AURORA = {"DisplayName": "Aurora Foods"}


def count(caller: Caller) -> int:
    return int(caller.query("select count(*) from Customer where DisplayName = 'Aurora Foods'")["totalCount"])


def test_a_repeat_is_answered_with_the_first_answer(caller: Caller) -> None:
    first = caller.post("customer", AURORA, requestid="row-1")
    caller.lever(f"customer/{first.json()['Customer']['Id']}", {"Notes": "changed since"})
    again = caller.post("customer", AURORA, requestid="row-1", minorversion="75")
    assert again.status_code == 200
    assert again.json() == first.json()
    assert count(caller) == 1
    assert [each["is_replayed"] for each in caller.state()["requests"]][:2] == [False, True]


def test_an_id_stands_for_one_request_of_one_company(caller: Caller) -> None:
    caller.post("customer", AURORA, requestid="row-1")
    assert code(caller.post("customer", {"DisplayName": "Other"}, requestid="row-1")) == (400, "600")
    for bad in ("x" * 51, "with blank"):
        assert code(caller.post("customer", AURORA, requestid=bad)) == (400, "2130")
    assert caller.post("customer", {"DisplayName": "Fifty"}, requestid="x" * 50).status_code == 200


def test_a_forgotten_id_can_be_refused(caller: Caller) -> None:
    caller.lever("switches", {"wants_request_ids": True})
    assert code(caller.post("customer", AURORA)) == (400, "2020")
    assert caller.post("customer", AURORA, requestid="row-1").status_code == 200
    assert caller.query("select * from Term")


def test_what_was_refused_may_come_again(caller: Caller) -> None:
    taken = caller.customer("Aurora Foods")
    assert code(caller.post("customer", AURORA, requestid="row-1")) == (400, "6240")
    caller.lever(f"customer/{taken['Id']}", {"DisplayName": "Renamed"})
    assert caller.post("customer", AURORA, requestid="row-1").status_code == 200


def test_answers_are_kept_for_a_day(caller: Caller) -> None:
    first = caller.post("customer", AURORA, requestid="row-1")
    caller.sandbox.control("clock/advance", {"seconds": 25 * 3600})
    caller.session.headers["Authorization"] = (
        f"Bearer {caller.lever('tokens')['access_token']}"  # the former one is over
    )
    assert first.status_code == 200
    assert code(caller.post("customer", AURORA, requestid="row-1")) == (400, "6240")


@pytest.mark.parametrize("kind", ["drop_after_commit", "cut_body"])
def test_a_lost_answer_is_found_again(caller: Caller, kind: str) -> None:
    order = {"entity": "Customer", "operation": "create", "kind": kind}
    caller.sandbox.control("quickbooks/faults", order)
    with pytest.raises(requests.RequestException):
        caller.post("customer", AURORA, requestid="row-1")
    assert count(caller) == 1
    assert (
        caller.post("customer", AURORA, requestid="row-1").json()["Customer"]["DisplayName"] == "Aurora Foods"
    )
    assert count(caller) == 1


def test_a_connection_cut_before_the_work_leaves_nothing(caller: Caller) -> None:
    caller.sandbox.control("quickbooks/faults", {"entity": "Customer", "operation": "create", "kind": "drop"})
    with pytest.raises(requests.RequestException):
        caller.post("customer", AURORA, requestid="row-1")
    assert count(caller) == 0
    assert caller.post("customer", AURORA, requestid="row-1").status_code == 200


def test_a_late_answer_runs_into_the_callers_patience(caller: Caller) -> None:
    order = {"entity": "Customer", "operation": "create", "kind": "late", "seconds": 2}
    caller.sandbox.control("quickbooks/faults", order)
    with pytest.raises(requests.Timeout):
        caller.session.post(
            f"{caller.base}/customer", json=AURORA, params={"requestid": "row-1"}, timeout=0.5
        )
    assert count(caller) == 1


def test_one_that_is_still_being_worked_on(caller: Caller) -> None:
    order = {"entity": "Customer", "operation": "create", "kind": "delay", "seconds": 1}
    caller.sandbox.control("quickbooks/faults", order)
    answers: list[requests.Response] = []
    headers: dict[str, Any] = dict(caller.session.headers)

    def create() -> None:
        session = requests.Session()
        session.trust_env = False
        address = f"{caller.base}/customer"
        answers.append(session.post(address, json=AURORA, params={"requestid": "row-1"}, headers=headers))

    thread = threading.Thread(target=create)
    thread.start()
    until = time.monotonic() + 5
    while caller.state()["faults"] and time.monotonic() < until:
        pass  # the first request has not arrived yet
    assert code(caller.post("customer", AURORA, requestid="row-1")) == (400, "600")
    thread.join()
    assert answers[0].status_code == 200
    assert caller.post("customer", AURORA, requestid="row-1").json() == answers[0].json()
    assert count(caller) == 1
