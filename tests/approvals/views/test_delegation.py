"""The page of delegations."""

from datetime import timedelta
from typing import Any

import pytest

from approvals.certifying import Signature
from approvals.models import Decision, Delegation
from core import clock
from core.models import Mail
from people.models import User
from tests.cast import PASSWORD, Cast, add_person
from tests.timesheets.sheets import submit_week
from timesheets.approving import NothingToDecide, approve_time

PAGE = "/delegation/"


def days(user: User, ahead: int = 0, length: int = 3) -> dict[str, str]:
    first = clock.today(user) + timedelta(days=ahead)
    return {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=length)).isoformat()}


def staff_id(user: User) -> int:
    assert user.staff_member
    return int(user.staff_member.pk)


def test_handing_over_and_ending_it(cast: Cast, web: Any) -> None:
    browser = web(cast.manager)
    assert "Nobody decides for anybody else" in browser.get(PAGE).text
    values = days(cast.manager) | {"delegate": staff_id(cast.finance)}
    assert browser.post(PAGE, values).status_code == 302
    text = browser.get(PAGE).text
    assert "In force" in text
    # The delegate sees it and cannot end it.
    delegates = web(cast.finance)
    assert "for Dana Ruiz" in delegates.get(PAGE).text
    made = Delegation.objects.get()
    assert delegates.post(f"{PAGE}{made.pk}/end/").status_code == 403
    assert web(cast.member).post(f"{PAGE}{made.pk}/end/").status_code == 404
    browser.post(f"{PAGE}{made.pk}/end/")
    assert not Delegation.objects.exists()


def test_only_administrators_choose_for_whom(cast: Cast, owner: User, web: Any) -> None:
    values = days(owner, ahead=2) | {"approver": staff_id(cast.manager), "delegate": staff_id(cast.finance)}
    web(cast.member).post(PAGE, values)
    assert Delegation.objects.get().approver == cast.member.staff_member
    browser = web(owner)
    browser.post(PAGE, values)
    text = browser.get(PAGE).text
    assert "for Dana Ruiz" in text
    assert "by Olu Hartwell" in text
    assert "To come" in text


def test_what_is_wrong_stands_beside_its_field(cast: Cast, web: Any) -> None:
    browser = web(cast.manager)
    answer = browser.post(PAGE, days(cast.manager, length=-1) | {"delegate": staff_id(cast.finance)})
    assert (answer.status_code, "before the first" in answer.text) == (422, True)
    answer = browser.post(PAGE, days(cast.manager, ahead=-9) | {"delegate": staff_id(cast.finance)})
    assert (answer.status_code, "over already" in answer.text) == (422, True)
    assert browser.post(PAGE, days(cast.manager) | {"delegate": staff_id(cast.manager)}).status_code == 422


def test_a_link_brings_the_days_along(cast: Cast, web: Any) -> None:
    assert 'value="2026-12-24"' in web(cast.manager).get(f"{PAGE}?starts_on=2026-12-24").text


def test_both_are_told_but_not_who_arranged_it(cast: Cast, owner: User, web: Any) -> None:
    values = days(cast.manager) | {"delegate": staff_id(cast.finance)}
    web(cast.manager).post(PAGE, values)
    letter = Mail.objects.get(kind="approvals.delegation")
    assert letter.to == [cast.finance.email]
    assert "Kemi Ogundipe decides for Dana Ruiz" in letter.subject
    web(owner).post(f"{PAGE}{Delegation.objects.get().pk}/end/")
    ended = Mail.objects.filter(kind="approvals.delegation").exclude(pk=letter.pk)
    assert sorted(mail.to[0] for mail in ended) == ["dana@hm.example", "kemi@hm.example"]


def test_a_delegate_without_any_right_decides_on_what_is_handed_over(cast: Cast, web: Any) -> None:
    """A colleague stands in: the door opens for these days, and only for what waits for the approver."""
    colleague = add_person("Tomás Almeida", "tomas@hm.example", "Staff")
    entries = submit_week(cast)
    browser = web(colleague)
    assert browser.get("/time/approvals/").status_code == 403
    web(cast.manager).post(PAGE, days(cast.manager) | {"delegate": staff_id(colleague)})
    assert "What waits" in browser.get(PAGE).text
    assert "Priya Raman" in browser.get("/time/approvals/").text
    with pytest.raises(NothingToDecide):
        approve_time(
            entry_ids=[entries[0].pk],
            by=colleague,
            at=clock.now() + timedelta(days=9),
            signature=signed(colleague),
        )
    decided = approve_time(
        entry_ids=[entry.pk for entry in entries], by=colleague, at=clock.now(), signature=signed(colleague)
    )
    assert len(decided.entry_ids) == len(entries)
    assert {d.by_whom for d in Decision.objects.all()} == {"Tomás Almeida for Dana Ruiz"}


def signed(by: User) -> Signature:
    return Signature(by.name, PASSWORD)
