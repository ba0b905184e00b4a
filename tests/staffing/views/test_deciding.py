"""Requests for leave: the list, deciding, taking back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.urls import reverse

from approvals.models import Certification, Step
from staffing.leave_list import waiting_leave
from staffing.models import LeaveRequest
from tests.cast import NOW, PASSWORD, TODAY, Cast, add_person
from tests.staffing.deciding import approve
from tests.staffing.leave import MONDAY, TUESDAY, ask

LIST = "staffing:leave-requests"


@pytest.fixture
def manager(cast: Cast, web: Callable[..., Web]) -> Web:
    return web(cast.manager)


def state_of(request: LeaveRequest) -> str:
    return LeaveRequest.objects.get(pk=request.pk).state


def test_an_empty_list_says_so(manager: Web) -> None:
    assert "No request waits" in manager.get(reverse(LIST)).content.decode()
    assert "Nothing was decided lately" in manager.get(reverse("staffing:leave-decided")).content.decode()


def test_a_request_shows_what_it_leaves_and_who_else_is_away(cast: Cast, manager: Web) -> None:
    emi = add_person("Emi Tanaka", "emi@hm.example", "Staff", manager=cast.manager.staff_member)
    approve(cast.manager, ask(emi, MONDAY))
    ask(cast.member, MONDAY, TUESDAY, note="Family")
    page = manager.get(reverse(LIST)).content.decode()
    for words in ("Priya Raman", "18 days left", "Also away", "Emi Tanaka", "Family"):
        assert words in page


def test_approve_and_take_back(cast: Cast, manager: Web) -> None:
    request = ask(cast.member)
    approving = reverse("staffing:leave-approve", args=[request.pk])
    assert manager.post(approving, {"version": 7}).status_code == 422
    assert manager.post(approving, {"version": request.version}).status_code == 204
    assert state_of(request) == "APPROVED"
    assert "Priya Raman" in manager.get(reverse("staffing:leave-decided")).content.decode()
    assert manager.post(approving, {"version": 2}).status_code == 404
    assert manager.post(reverse("staffing:leave-take-back", args=[request.pk])).status_code == 204
    assert state_of(request) == "SUBMITTED"


def test_returning_asks_for_the_reason(cast: Cast, manager: Web) -> None:
    request = ask(cast.member)
    address = reverse("staffing:leave-return", args=[request.pk])
    assert "Return the request of Priya Raman" in manager.get(address).content.decode()
    assert manager.post(address, {"reason": "", "version": 1}).status_code == 422
    assert manager.post(address, {"reason": "The bid is due", "version": 1}).status_code == 204
    assert state_of(request) == "REJECTED"


def test_a_signature_is_asked_for_where_the_policy_says_so(cast: Cast, manager: Web) -> None:
    Step.objects.filter(policy__subject_kind="staffing.leaverequest").update(certification="PASSWORD")
    request = ask(cast.member)
    address = reverse("staffing:leave-approve", args=[request.pk])
    asked = manager.post(address, {"version": 1})
    assert "Your password" in asked.content.decode()
    assert state_of(request) == "SUBMITTED"
    signed = {"version": 1, "typed_name": "Dana Ruiz", "password": "wrong"}
    assert manager.post(address, signed).status_code == 422
    assert manager.post(address, signed | {"password": PASSWORD}).status_code == 204
    assert Certification.objects.count() == 1


def test_only_whoever_decides_comes_here(cast: Cast, web: Callable[..., Web]) -> None:
    request, member = ask(cast.member), web(cast.member)
    assert member.get(reverse(LIST)).status_code == 403
    for name in ("leave-approve", "leave-return"):
        assert member.post(reverse(f"staffing:{name}", args=[request.pk])).status_code == 403
    owner = web(cast.owner)
    assert "Priya Raman" in owner.get(reverse(LIST)).content.decode()
    assert "Nothing waits for you" in owner.get(reverse(LIST), {"mine": 1}).content.decode()


def test_the_list_costs_the_same_however_long(cast: Cast, django_assert_max_num_queries: Any) -> None:
    ask(cast.member, MONDAY)
    with django_assert_max_num_queries(16):
        assert len(waiting_leave(cast.manager, TODAY, NOW)) == 1
    for day in range(1, 5):
        ask(cast.member, MONDAY + timedelta(days=day))
    with django_assert_max_num_queries(16):
        assert len(waiting_leave(cast.manager, TODAY, NOW)) == 5
