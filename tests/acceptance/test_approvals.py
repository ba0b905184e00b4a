"""Acceptance cases of approvals, each from a real failure of another product (product reference, 5.3: 4, 19, 20)."""

from typing import Any

import pytest
from django.urls import reverse

from approvals.asking import ask
from approvals.certifying import Signature
from approvals.models import Decision
from core.models import Mail
from people.models import Role, User
from projects.models import Project, TeamMember
from tests.api.conftest import Program
from tests.api.conftest import api as api
from tests.cast import NOW, PASSWORD, Cast
from tests.timesheets.sheets import MONDAY, seen, submit_week
from timesheets.approvals_queue import queue
from timesheets.approving import approve_time, return_time
from timesheets.desk import TIME
from timesheets.models import TimeEntry
from timesheets.unapproving import take_back, unapprove_time

State = TimeEntry.State
DANA = Signature("Dana Ruiz", PASSWORD)
HTMX = {"HX-Request": "true"}


def url(name: str, *args: Any) -> str:
    return reverse(f"timesheets:{name}", urlconf="psa.urls_firm", args=args)


def without(role: str, *rights: str) -> None:
    found = Role.objects.get(name=role)
    found.rights = [each for each in found.rights if each not in rights]
    found.save()


def test_4_one_line_is_returned_corrected_and_resubmitted_alone(web: Any, cast: Cast) -> None:
    """NP#1741: the reason was invisible; NP#1575: nothing to resubmit with; approved lines lost their approval."""
    entries = submit_week(cast)
    approve_time(entry_ids=[e.pk for e in entries[1:]], by=cast.manager, at=NOW, signature=DANA)
    kept = list(Decision.objects.filter(outcome="APPROVED").values_list("pk", flat=True))
    return_time(entry_ids=[entries[0].pk], reason="Belongs to review.", by=cast.manager, at=NOW)
    browser = web(cast.member)
    week = browser.get(f"/time/{MONDAY}/").text
    assert "Belongs to review." in week
    assert "Dana Ruiz" in week
    assert "Belongs to review." in Mail.objects.get(kind="timesheets.returned").text
    returned = TimeEntry.objects.get(pk=entries[0].pk)
    assert "Resubmit 1 line" in week
    cell = {
        "row": f"{returned.task_id}-{returned.labor_code_id}",
        "text": "6",
        "version": f"{returned.pk}.{returned.version}",
    }
    assert browser.post(url("week-cell", MONDAY), cell, headers=HTMX).status_code == 200
    assert TimeEntry.objects.get(pk=returned.pk).worked_minutes == 360
    assert browser.post(url("resubmit", MONDAY), headers=HTMX).status_code == 204
    states = dict(TimeEntry.objects.values_list("pk", "state"))
    assert states.pop(returned.pk) == State.SUBMITTED
    assert set(states.values()) == {State.APPROVED}
    assert list(Decision.objects.filter(outcome="APPROVED").values_list("pk", flat=True)) == kept
    (sheet,) = queue(cast.manager, NOW, MONDAY).sheets
    assert [line.entry.pk for line in sheet.lines] == [returned.pk]
    assert sheet.lines[0].returned is not None


class Paths:
    """Every way to change minutes of somebody else's submitted line, on the web and by the API."""

    def __init__(self, browser: Any, program: Program, entry: TimeEntry) -> None:
        self.browser, self.program, self.entry = browser, program, entry

    def statuses(self) -> dict[str, int]:
        entry, on = self.entry, self.entry.worked_on
        version = {"version": entry.version, "reason": "Because"}
        row = f"{entry.task_id}-{entry.labor_code_id}"
        place = {"staff_id": entry.staff_id, "task_id": entry.task_id, "worked_on": str(on)}
        posts = {
            "cut": (url("cut", entry.pk), {"billable": "1", **version}),
            "worked": (url("worked", entry.pk), {"worked": "1", **version}),
            "cell": (
                f"{url('week-cell', on)}?for={entry.staff_id}",
                {"row": row, "text": "1", "version": f"{entry.pk}.{entry.version}"},
            ),
            "entries": (
                f"{url('week-entries', on, row)}?for={entry.staff_id}",
                {"line": entry.pk, "text": "1", "version": entry.version},
            ),
            "move": (
                f"{url('move', on)}?for={entry.staff_id}",
                {"row": row, "lines": f"{entry.pk}.{entry.version}", "to": row},
            ),
            "clear": (
                f"{url('week-clear-row', on)}?for={entry.staff_id}",
                {"lines": f"{entry.pk}.{entry.version}"},
            ),
            "cell of a guessed person": (
                url("week-cell", on),
                {"row": row, "text": "1", "version": f"{entry.pk}.{entry.version}"},
            ),
        }
        found = {
            name: self.browser.post(path, sent, headers=HTMX).status_code
            for name, (path, sent) in posts.items()
        }
        wishes: dict[str, tuple[str, str, dict[str, Any]]] = {
            "API cut": (
                "PATCH", f"/approvals/time/{entry.pk}", {"billable_minutes": 60, **version},
            ),
            "API worked": (
                "PATCH", f"/approvals/time/{entry.pk}/worked", {"worked_minutes": 60, **version},
            ),
            "API line": (
                "PATCH", f"/time-entries/{entry.pk}", {"minutes": 60, "version": entry.version},
            ),
            "API cell": (
                "PUT", "/week-cells", {**place, "text": "1", "entry_id": entry.pk, "version": entry.version},
            ),
            "API clear": (
                "DELETE", f"/time-entries/{entry.pk}?version={entry.version}", {},
            ),
        }  # fmt: skip
        for name, (method, path, wish) in wishes.items():
            self.program.call(method, path, wish)
            found[name] = self.program.status
        return found


def test_19_hours_of_others_are_changed_on_no_path_without_the_right(web: Any, api: Any, cast: Cast) -> None:
    """BT-11460824016023: with the right taken away, managers still edited through the lists of staff and projects."""
    without("Manager", "timesheets.edit_billable", "timesheets.edit_worked", "timesheets.record_for_others")
    (entry, *_) = submit_week(cast)
    before = TimeEntry.objects.values().get(pk=entry.pk)
    program = api(cast.manager)
    statuses = Paths(web(cast.manager), program, entry).statuses()
    place = {"staff_id": entry.staff_id, "task_id": entry.task_id, "worked_on": str(entry.worked_on)}
    program.post("/time-entries", {**place, "minutes": 60})
    statuses["API new line"] = program.status
    # Nothing is in that cell of their own week: it is not what they say they saw.
    assert statuses.pop("cell of a guessed person") == 409
    assert {name: status for name, status in statuses.items() if status not in (403, 404)} == {}
    assert TimeEntry.objects.values().get(pk=entry.pk) == before
    page = web(cast.manager).get(url("approvals")).text
    assert "data-cut" not in page


def test_19_an_approved_line_is_edited_by_nobody_until_it_is_unapproved(
    web: Any, api: Any, cast: Cast
) -> None:
    """Not even by those who hold every right; and taking approvals back is a right of its own."""
    (entry, *_) = submit_week(cast)
    approve_time(entry_ids=[entry.pk], by=cast.manager, at=NOW, signature=DANA)
    entry.refresh_from_db()
    before = TimeEntry.objects.values().get(pk=entry.pk)
    statuses = Paths(web(cast.owner), api(cast.owner), entry).statuses()
    assert all(status in (403, 404, 409, 422) for status in statuses.values()), statuses
    assert TimeEntry.objects.values().get(pk=entry.pk) == before
    without("Manager", "timesheets.unapprove")
    decision = Decision.objects.latest("pk")
    browser, program = web(cast.manager), api(cast.manager)
    assert browser.post(url("unapprove", decision.pk), {"reason": "x"}, headers=HTMX).status_code == 403
    wish = {"entry_ids": [entry.pk], "reason": "x"}
    program.post("/approvals/time/unapprove", wish)
    assert program.status == 403
    assert TimeEntry.objects.values().get(pk=entry.pk) == before


def everything_about_rights() -> Any:
    return (
        sorted(User.objects.values_list("pk", "roles__pk")),
        sorted(Role.objects.values_list("pk", "rights")),
        sorted(TeamMember.objects.values_list("project_id", "staff_id")),
        sorted(Project.objects.values_list("pk", "lead_id")),
    )


@pytest.mark.parametrize("who", ["manager", "finance", "owner"])
def test_20_deciding_changes_no_right_no_role_and_no_team(cast: Cast, who: str) -> None:
    """KN-203740920: whoever approved time of a project they were not on became its administrator."""
    TeamMember.objects.filter(staff=getattr(cast, who).staff_member).delete()
    cast.project.lead = None
    cast.project.save()
    entries = submit_week(cast)
    before = everything_about_rights()
    by = getattr(cast, who)
    ids = [entry.pk for entry in entries]
    ask(desk=TIME, ids=ids, text="Which phase?", by=by, at=NOW)
    return_time(entry_ids=ids[:1], reason="No.", by=by, at=NOW)
    take_back(entry_ids=ids[:1], by=by, at=NOW)
    approve_time(entry_ids=ids, by=by, at=NOW, signature=Signature(by.name, PASSWORD))
    unapprove_time(entry_ids=ids, reason="Wrong phase", by=cast.owner, at=NOW)
    assert everything_about_rights() == before


def test_links_in_mails_change_nothing_when_they_are_opened(web: Any, cast: Cast) -> None:
    """Mail scanners open every link: a GET shows what would be approved, a POST approves it."""
    entries = submit_week(cast)
    key = f"{cast.member.staff_member.pk}-{MONDAY}"
    browser = web(cast.manager)
    for path in (
        url("approvals-confirm", key),
        f"{url('approve')}?sheet={key}",
        f"{url('return')}?sheet={key}",
        f"{url('ask')}?sheet={key}",
    ):
        assert browser.get(path).status_code == 200
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED}
    assert not Decision.objects.exists()
    signed = {"lines": seen(entries), "typed_name": "Dana Ruiz", "password": PASSWORD}
    answer = browser.post(url("approvals-confirm", key), signed)
    assert (answer.status_code, answer["Location"]) == (302, url("approvals"))
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.APPROVED}
    assert "Nothing to approve" in browser.get(url("approvals-confirm", key)).text
    assert web(cast.member).get(url("approvals-confirm", key)).status_code == 403
