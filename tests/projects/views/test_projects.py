"""Pages of projects, tasks, teams and labor codes."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import LaborCode, Project, Task, TeamMember
from projects.opening import close_project, open_project
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def test_tabs_and_search(cast: Cast, web) -> None:
    close_project(project=open_project(client=cast.client, name="Old pump station", by=None), by=None)
    open_project(client=cast.client, name="Nobody's", by=None)
    manager = web(cast.manager)
    assert "Nobody&#x27;s" in manager.get("/projects/").text
    assert "Nobody&#x27;s" not in manager.get("/projects/?is=mine").text
    assert "Larkspur Water Main Renewal" in manager.get("/projects/?is=mine").text
    assert "Old pump station" in manager.get("/projects/?is=closed").text
    assert "Larkspur Water Main Renewal" in manager.get("/projects/?q=dana water").text
    assert "No project matches" in manager.get("/projects/?q=dana+zzz").text


def test_staff_see_their_own_projects_only(cast: Cast, web) -> None:
    hidden = open_project(client=cast.client, name="Hidden", by=None)
    member = web(cast.member)
    page = member.get("/projects/").text
    assert "Larkspur Water Main Renewal" in page
    assert "Hidden" not in page
    assert member.get(f"/projects/{hidden.pk}/").status_code == 404
    assert member.get("/projects/new/").status_code == 403
    assert member.get(f"/projects/{cast.project.pk}/edit/").status_code == 403
    assert member.get(f"/projects/{hidden.pk}/edit/").status_code == 404


def test_the_list_costs_the_same_for_many_projects(cast: Cast, web) -> None:
    for user in (cast.manager, cast.member):
        browser = web(user)
        browser.get("/projects/")
        with CaptureQueriesContext(connection) as few:
            browser.get("/projects/")
        for number in range(5):
            open_project(
                client=cast.client, name=f"{user.pk} {number}", by=None, team=[cast.member.staff_member]
            )
        with CaptureQueriesContext(connection) as many:
            browser.get("/projects/")
        assert len(many) == len(few) <= 12


def test_opening(cast: Cast, web) -> None:
    manager = web(cast.manager)
    assert manager.get(f"/projects/new/code/?client={cast.client.pk}").text.strip().endswith("LKS-002.")
    posted = {
        "client": cast.client.pk,
        "name": "Pump station",
        "team": [cast.member.staff_member.pk],
        "is_billable": "on",
    }
    answer = manager.post("/projects/new/", posted)
    project = Project.objects.get(name="Pump station")
    assert answer.url == f"/projects/{project.pk}/"
    assert (project.code, project.team.count()) == ("LKS-002", 1)


def test_refusals_stand_at_their_field_and_keep_what_was_typed(cast: Cast, web) -> None:
    posted = {"client": cast.client.pk, "name": "Twin", "code": "LKS-001", "notes": "Kept"}
    answer = web(cast.manager).post("/projects/new/", posted)
    assert answer.status_code == 422
    assert 'id="id_code_error"' in answer.text
    assert "Kept" in answer.text
    posted = {"client": cast.client.pk, "name": "Twin", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
    assert 'id="id_ends_on_error"' in web(cast.manager).post("/projects/new/", posted).text


def test_closing_is_undone_by_reopening(cast: Cast, web) -> None:
    manager = web(cast.manager)
    page = manager.post(f"/projects/{cast.project.pk}/close/", follow=True).text
    assert f"/projects/{cast.project.pk}/reopen/" in page
    assert "This project is closed." in page
    assert manager.post(f"/projects/{cast.project.pk}/close/").status_code == 422
    manager.post(f"/projects/{cast.project.pk}/reopen/")
    assert Project.objects.get(pk=cast.project.pk).state == "OPEN"
    assert web(cast.member).post(f"/projects/{cast.project.pk}/close/").status_code == 403


def test_the_line_adds_a_task_and_is_empty_for_the_next(cast: Cast, web) -> None:
    url = f"/projects/{cast.project.pk}/tasks/new/"
    posted = {"name": "Permits", "budget_minutes": "1,240.5", "labor_code": cast.engineering.pk}
    answer = web(cast.manager).post(url, posted, headers=HTMX)
    task = Task.objects.get(name="Permits")
    assert (task.budget_minutes, task.is_billable) == (74430, False)
    assert answer["HX-Trigger"] == "tasks-changed"
    assert "Permits" not in answer.text
    assert "autofocus" in answer.text
    twice = web(cast.manager).post(url, posted, headers=HTMX)
    assert twice.status_code == 422
    assert 'value="Permits"' in twice.text
    assert "already a task of this name" in twice.text
    assert web(cast.member).post(url, posted, headers=HTMX).status_code == 403


@pytest.mark.parametrize("hours", ["-1", "1,5", "many", "9999999"])
def test_wrong_budgets(cast: Cast, web, hours: str) -> None:
    url = f"/projects/{cast.project.pk}/tasks/new/"
    answer = web(cast.manager).post(url, {"name": "Permits", "budget_minutes": hours}, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="id_budget_minutes_error"' in answer.text


def test_a_task_is_edited_moved_closed_and_reopened(cast: Cast, web) -> None:
    manager, base = web(cast.manager), f"/projects/tasks/{cast.review.pk}"
    assert "Structural review" in manager.get(f"{base}/", headers=HTMX).text
    assert manager.post(f"{base}/", {"name": "Review"}, headers=HTMX).status_code == 204
    assert manager.post(f"{base}/up/", headers=HTMX).status_code == 204
    assert cast.project.tasks.first().name == "Review"
    closed = manager.post(f"{base}/close/", headers=HTMX)
    assert json.loads(closed["HX-Trigger"])["psa:toast"]["undo"] == f"{base}/reopen/"
    assert manager.post(f"{base}/reopen/", headers=HTMX).status_code == 204
    assert manager.post(f"{base}/sideways/").status_code == 404
    assert web(cast.member).post(f"{base}/close/", headers=HTMX).status_code == 403


def test_a_team_gets_several_people_and_loses_one(cast: Cast, web) -> None:
    manager, base = web(cast.manager), f"/projects/{cast.project.pk}/team"
    people = [cast.finance.staff_member.pk, cast.owner.staff_member.pk]
    form = manager.get(f"{base}/", headers=HTMX).text
    assert "Kemi Ogundipe" in form
    assert "Priya Raman" not in form
    assert manager.post(f"{base}/", {}, headers=HTMX).status_code == 422
    assert manager.post(f"{base}/", {"staff": people}, headers=HTMX).status_code == 204
    assert TeamMember.objects.filter(project=cast.project).count() == 4
    assert manager.post(f"{base}/{people[0]}/remove/", headers=HTMX).status_code == 204
    assert manager.post(f"{base}/{people[0]}/restore/", headers=HTMX).status_code == 204
    lead = manager.post(f"{base}/{cast.manager.staff_member.pk}/remove/", headers=HTMX)
    assert lead.status_code == 422
    assert "leads this project" in lead.text


def test_labor_codes(cast: Cast, web) -> None:
    manager = web(cast.manager)
    assert "Engineering" in manager.get("/projects/labor-codes/").text
    assert manager.post("/projects/labor-codes/new/", {"name": "Engineering"}).status_code == 422
    assert manager.post("/projects/labor-codes/new/", {"name": "Drafting"}).status_code == 204
    code = LaborCode.objects.get(name="Drafting")
    for step, is_active in (("deactivate", False), ("reactivate", True)):
        manager.post(f"/projects/labor-codes/{code.pk}/{step}/")
        assert LaborCode.objects.get(pk=code.pk).is_active is is_active
    assert web(cast.member).get("/projects/labor-codes/").status_code == 403
