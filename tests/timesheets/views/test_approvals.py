"""The approval pages over HTTP: who sees what, deciding with a signature, cutting, taking back, and their cost."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Certification, Step
from core.models import Mail
from tests.cast import TODAY, Cast, add_person
from tests.timesheets.sheets import DANA_SIGNS, MONDAY, seen, submit_week
from timesheets.models import TimeEntry

State = TimeEntry.State
URL, APPROVE, RETURN = (
    reverse(f"timesheets:{name}", urlconf="psa.urls_firm") for name in ("approvals", "approve", "return")
)
HTMX = {"HX-Request": "true"}
# What every signed-in page reads: firm, session, person with roles, rights and staff member.
SIGNED_IN = 6


@pytest.fixture
def manager(web: Any, cast: Cast) -> Any:
    return web(cast.manager)


def key(cast: Cast, user: Any = None) -> str:
    return f"{(user or cast.member).staff_member.pk}-{MONDAY.isoformat()}"


def states() -> set[str]:
    return set(TimeEntry.objects.values_list("state", flat=True))


def toast_of(answer: Any) -> dict[str, str]:
    return json.loads(answer["HX-Trigger"])["psa:toast"]


def approve(browser: Any, entries: Any, **more: str) -> Any:
    return browser.post(APPROVE, {"lines": seen(entries), **DANA_SIGNS, **more}, headers=HTMX)


def test_the_page_shows_the_sheet_and_its_lines(manager: Any, cast: Cast) -> None:
    submit_week(cast, note="Pressure zones")
    body = manager.get(URL).text
    assert "Approve 1 clean sheet" in body
    assert "1 clean sheet, 40.00 h" in body
    assert body.count('<span class="line-note">Pressure zones</span>') == 5


def test_rates_and_amounts_are_for_those_who_may_see_them(web: Any, manager: Any, cast: Cast) -> None:
    submit_week(cast)
    assert "1,520.00" in web(cast.finance).get(URL).text
    for path in (URL, f"{URL}sheet/{key(cast)}/"):
        body = manager.get(path).text
        assert "1,520" not in body
        assert "190.00" not in body


def test_an_empty_queue_says_so(web: Any, manager: Any, cast: Cast) -> None:
    assert "Everything is decided" in manager.get(URL).text
    assert "Nothing waits for you" in web(cast.owner).get(f"{URL}?mine=1").text
    assert "Nothing was approved" in manager.get(f"{URL}?tab=approved").text
    assert "Nothing was returned" in manager.get(f"{URL}?tab=returned").text


def test_staff_have_no_approvals(web: Any, cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    browser = web(cast.member)
    for path in (URL, APPROVE, RETURN, f"{URL}?tab=decided", f"{URL}sheet/{key(cast)}/"):
        assert browser.get(path).status_code == 403
    for path in (APPROVE, RETURN, f"{URL}take-back/1/", f"{URL}cut/{entry.pk}/"):
        assert browser.post(path).status_code == 403


def test_a_sheet_is_a_fragment_and_gone_sheets_say_so(manager: Any, cast: Cast) -> None:
    submit_week(cast)
    body = manager.get(f"{URL}sheet/{key(cast)}/?then=9-2026-11-16", headers=HTMX).text
    assert "<html" not in body
    assert 'value="9-2026-11-16"' in body
    for gone in ("1-2020-01-06", "nonsense", key(cast, cast.finance)):
        assert "Nothing of this sheet waits any more" in manager.get(f"{URL}sheet/{gone}/").text


def test_everything_or_only_what_waits_for_oneself(web: Any, cast: Cast) -> None:
    submit_week(cast)
    browser = web(cast.owner)
    assert "Priya Raman" in browser.get(URL).text
    assert "Priya Raman" not in browser.get(f"{URL}?mine=1").text
    assert "Waits for me" not in web(cast.manager).get(URL).text


def test_the_dialog_repeats_the_numbers_of_what_was_chosen(manager: Any, cast: Cast) -> None:
    entries = submit_week(cast)
    other = add_person("Wei Chen", "wei@hm.example", "Staff", manager=cast.manager.staff_member)
    submit_week(cast, other, days=4)
    line = f"{APPROVE}?line={entries[0].pk}&open={key(cast)}"
    assert "Approve 8.00 h" in manager.get(line).text
    assert "Approve 40.00 h" in manager.get(f"{APPROVE}?open={key(cast)}").text
    both = manager.get(f"{APPROVE}?sheet={key(cast)}&sheet={key(cast, other)}&open={key(cast)}").text
    assert "Approve 2 sheets?" in both
    assert "Approve 72.00 h" in both
    clean = manager.get(f"{APPROVE}?clean=1&open={key(cast, other)}").text
    assert "Approve 40.00 h" in clean
    assert "To the best of my knowledge" in clean


@pytest.mark.parametrize(
    "query", ["", "?line=²", "?line=99999999999999999999", "?sheet=x", "?open=1-2020-01-06"]
)
def test_a_dialog_about_nothing_says_so(manager: Any, cast: Cast, query: str) -> None:
    for path in (APPROVE, RETURN):
        assert "decided or recalled meanwhile" in manager.get(path + query).text


def test_approving_with_a_signature_goes_on_to_the_next_sheet_and_can_be_undone(
    manager: Any, cast: Cast
) -> None:
    entries = submit_week(cast)
    other = add_person("Wei Chen", "wei@hm.example", "Staff", manager=cast.manager.staff_member)
    submit_week(cast, other)
    answer = approve(manager, entries, open=key(cast), then=key(cast, other))
    assert toast_of(answer)["text"] == "5 lines approved, 40.00 h."
    assert 'id="approvals" hx-swap-oob="innerHTML"' in answer.text
    assert 'id="sheet-title" tabindex="-1">Wei Chen' in answer.text
    assert set(TimeEntry.objects.filter(staff=cast.member.staff_member).values_list("state", flat=True)) == {
        State.APPROVED
    }
    back = manager.post(toast_of(answer)["undo"], headers=HTMX)
    assert toast_of(back)["text"] == "5 lines wait again."
    assert 'id="sheet-title" tabindex="-1">Priya Raman' in back.text
    assert states() == {State.SUBMITTED}
    assert manager.post(toast_of(answer)["undo"], headers=HTMX).status_code == 422


def test_clean_sheets_are_approved_in_one_go(manager: Any, cast: Cast) -> None:
    entries = submit_week(cast)
    other = add_person("Wei Chen", "wei@hm.example", "Staff", manager=cast.manager.staff_member)
    entries += submit_week(cast, other)
    answer = approve(manager, entries)
    assert toast_of(answer)["text"] == "2 sheets approved, 80.00 h."
    assert "Everything is decided" in answer.text
    assert Certification.objects.get().line_count == 10
    manager.post(toast_of(answer)["undo"], headers=HTMX)
    assert states() == {State.SUBMITTED}


def test_what_is_skipped_is_listed_with_its_reason(manager: Any, cast: Cast) -> None:
    mine, theirs = submit_week(cast), submit_week(cast, cast.finance)
    stale = seen(mine[1:]) + f",{mine[0].pk}.{mine[0].version + 1},"
    answer = manager.post(APPROVE, {"lines": stale + seen(theirs), **DANA_SIGNS}, headers=HTMX)
    assert toast_of(answer)["text"] == "4 lines approved, 32.00 h. 6 skipped."
    assert "5 lines skipped.</strong> It waits for Olu Hartwell." in answer.text
    assert "1 line skipped.</strong> It was changed since you read it." in answer.text
    assert "Priya Raman, Mon 16 Nov, Hydraulic design" in answer.text
    assert TimeEntry.objects.approved().count() == 4


def test_a_wrong_password_keeps_the_name_and_decides_nothing(manager: Any, cast: Cast) -> None:
    entries = submit_week(cast)
    answer = approve(manager, entries, password="not mine", open=key(cast))
    assert answer.status_code == 422
    assert "This is not your password" in answer.text
    assert 'value="Dana Ruiz"' in answer.text
    assert "not mine" not in answer.text
    assert "Approve 40.00 h" in answer.text
    assert f'value="{key(cast)}"' in answer.text
    assert states() == {State.SUBMITTED}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"typed_name": "Dana"}, "as it stands in your profile"),
        ({"typed_name": ""}, "Type your full name"),
        ({"password": ""}, "Type your password"),
    ],
)
def test_each_error_stands_beside_its_field(
    manager: Any, cast: Cast, typed: dict[str, str], words: str
) -> None:
    answer = approve(manager, submit_week(cast), **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_policy_without_password_asks_for_none(manager: Any, cast: Cast) -> None:
    Step.objects.update(certification=Step.Certification.NONE)
    entries = submit_week(cast)
    assert "password" not in manager.get(f"{APPROVE}?open={key(cast)}").text
    manager.post(APPROVE, {"lines": seen(entries)}, headers=HTMX)
    assert states() == {State.APPROVED}


@pytest.mark.parametrize("lines", ["", "x", "1", "1.²", "1.1;2.1"])
def test_damaged_lines_are_refused(manager: Any, cast: Cast, lines: str) -> None:
    for path in (APPROVE, RETURN):
        assert (
            manager.post(path, {"lines": lines, "reason": "x", **DANA_SIGNS}, headers=HTMX).status_code == 422
        )


def test_lines_of_other_people_are_not_even_shown(manager: Any, cast: Cast) -> None:
    theirs = submit_week(cast, cast.finance)
    answers = [
        manager.get(f"{APPROVE}?line={theirs[0].pk}"),
        manager.get(f"{APPROVE}?sheet={key(cast, cast.finance)}"),
        approve(manager, theirs),
        approve(manager, theirs, password="wrong"),
        manager.post(RETURN, {"lines": seen(theirs), "reason": "x"}, headers=HTMX),
    ]
    assert all("Kemi" not in answer.text for answer in answers)
    assert states() == {State.SUBMITTED}


def test_returning_asks_for_a_reason_and_mails_the_owner_once(manager: Any, cast: Cast) -> None:
    entries = submit_week(cast)
    empty = manager.post(RETURN, {"lines": seen(entries[:2]), "reason": " "}, headers=HTMX)
    assert empty.status_code == 422
    assert "Say what should be changed" in empty.text
    answer = manager.post(RETURN, {"lines": seen(entries[:2]), "reason": "Belongs to review."}, headers=HTMX)
    assert toast_of(answer)["text"] == "2 lines returned, 16.00 h."
    letter = Mail.objects.get(kind="timesheets.returned")
    assert letter.to == ["priya@hm.example"]
    assert letter.subject == "2 lines returned by Dana Ruiz"
    assert "Belongs to review." in letter.text
    assert f"/time/{MONDAY.isoformat()}/" in letter.text
    assert "Mon 16 Nov, 8.00 h: Larkspur Water Main Renewal" in letter.text
    assert TimeEntry.objects.filter(state=State.REJECTED).count() == 2


def test_a_return_that_is_undone_sends_no_mail(manager: Any, cast: Cast) -> None:
    entries = submit_week(cast)
    answer = manager.post(RETURN, {"lines": seen(entries), "reason": "No."}, headers=HTMX)
    manager.post(toast_of(answer)["undo"], headers=HTMX)
    assert Mail.objects.get(kind="timesheets.returned").state == Mail.State.CANCELED
    assert states() == {State.SUBMITTED}


def cut(browser: Any, entry: TimeEntry, billable: str, **more: str) -> Any:
    sent = {"billable": billable, "version": entry.version, **more}
    return browser.post(f"{URL}cut/{entry.pk}/", sent, headers=HTMX)


def test_a_cut_asks_for_its_reason_under_the_line_and_can_be_undone(manager: Any, cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    asked = cut(manager, entry, "6")
    assert asked.status_code == 422
    assert "Say why fewer hours are billed" in asked.text
    assert "data-cut-reason" in asked.text
    saved = cut(manager, entry, "6", reason="Rework")
    assert saved.status_code == 200
    assert "Billable cut by <b>2.00 h</b>, worked stays 8.00: Rework" in saved.text
    assert 'id="sheet-facts" hx-swap-oob="true"' in saved.text
    entry.refresh_from_db()
    assert "Billable cut" not in cut(manager, entry, "8").text
    entry.refresh_from_db()
    assert (entry.worked_minutes, entry.billable_minutes) == (480, 480)


@pytest.mark.parametrize("typed", ["9", "1:75", "abc"])
def test_a_cut_that_cannot_be_keeps_what_was_typed(manager: Any, cast: Cast, typed: str) -> None:
    (entry, *_) = submit_week(cast)
    answer = cut(manager, entry, typed, reason="x")
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert "data-cut-reason" not in answer.text


def test_a_cut_of_what_was_changed_or_waits_for_somebody_else_is_a_conflict(manager: Any, cast: Cast) -> None:
    (entry, *_), (theirs, *_) = submit_week(cast), submit_week(cast, cast.finance)
    entry.version -= 1
    stale = cut(manager, entry, "6", reason="x")
    assert stale.status_code == 422
    assert "changed or decided meanwhile" in stale.text
    assert cut(manager, theirs, "6", reason="x").status_code == 409
    approve(manager, TimeEntry.objects.filter(pk=entry.pk))
    assert cut(manager, entry, "6", reason="x").status_code == 409


def test_lists_of_what_is_missing_and_decided_with_the_way_back(manager: Any, cast: Cast) -> None:
    approve(manager, submit_week(cast))
    approved = manager.get(f"{URL}?tab=approved").text
    assert "Mon 16 Nov – Fri 20 Nov" in approved
    url = approved.split('aria-label="Un-approve, Priya Raman" hx-get="')[1].split('"')[0]
    assert "Un-approve 40.00 h" in manager.get(url, headers=HTMX).text
    assert manager.post(url, {"reason": " "}, headers=HTMX).status_code == 422
    answer = manager.post(url, {"reason": "Wrong phase"}, headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert states() == {State.SUBMITTED}
    assert "Priya Raman" in manager.get(f"{URL}?tab=missing").text
    manager.post(RETURN, {"lines": seen(TimeEntry.objects.all()), "reason": "No."}, headers=HTMX)
    returned = manager.get(f"{URL}?tab=returned").text
    back = returned.split('aria-label="Take back, Priya Raman" hx-post="')[1].split('"')[0]
    assert manager.post(back.replace("&amp;", "&"), headers=HTMX)["HX-Refresh"] == "true"
    assert states() == {State.SUBMITTED}


def test_only_the_decider_takes_back(web: Any, manager: Any, cast: Cast) -> None:
    answer = approve(manager, submit_week(cast))
    other = add_person("Lea Ott", "lea@hm.example", "Manager")
    assert web(other).post(toast_of(answer)["undo"], headers=HTMX).status_code == 403
    assert web(cast.owner).post(toast_of(answer)["undo"], headers=HTMX).status_code == 200


@pytest.mark.parametrize(("path", "most"), [("", 11), ("?tab=missing", 9), ("?tab=approved", 11)])
def test_twenty_people_cost_as_many_statements_as_one(manager: Any, cast: Cast, path: str, most: int) -> None:
    cast.design.budget_minutes = 60_000
    cast.design.save()
    approve(manager, submit_week(cast)[:1])
    manager.get(URL + path)
    with CaptureQueriesContext(connection) as one:
        manager.get(URL + path)
    for n in range(19):
        user = add_person(f"Person {n}", f"p{n}@hm.example", "Staff", manager=cast.manager.staff_member)
        approve(manager, submit_week(cast, user)[:1])
    with CaptureQueriesContext(connection) as many:
        body = manager.get(URL + path).text
    assert "Person 18" in body
    assert len(many) == len(one) <= SIGNED_IN + most
    assert TODAY > MONDAY
