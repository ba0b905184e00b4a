"""Dialogs of tasks, change orders and progress, and the settings of projects."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from projects.models import ChangeOrder, ProjectLabel, ProjectRules, ProjectTemplate, Task
from projects.tasking import edit_task
from tests.billing.work import log
from tests.cast import Cast

HTMX = {"HX-Request": "true"}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def test_a_part_is_added_and_shown_under_its_task(cast: Cast, web) -> None:
    browser = web(cast.manager)
    url = f"/projects/{cast.project.pk}/tasks/add/"
    assert "Hydraulic design" in browser.get(f"{url}?parent={cast.design.pk}", headers=HTMX).text
    given = {
        "name": "Pumps",
        "parent": cast.design.pk,
        "budget_minutes": "40",
        "budget_fee_amount": "7,600.00",
        "budget_stop": "BLOCK",
        "progress_by": "HOURS",
        "due_on": "2026-12-18",
        "assignees": [cast.member.staff_member.pk],
        "is_billable": "on",
    }
    assert browser.post(url, given, headers=HTMX).status_code in (200, 204)
    task = Task.objects.get(name="Pumps")
    assert (task.path, task.budget_minutes, task.budget_stop) == ("Hydraulic design › Pumps", 2400, "BLOCK")
    page = web(cast.owner).get(f"/projects/{cast.project.pk}/").text
    assert "in-1" in page
    assert "Priya Raman · due" in page
    assert "of $7,600.00" in page
    assert "of $7,600.00" not in browser.get(f"/projects/{cast.project.pk}/").text
    assert "already a task" in browser.post(url, given, headers=HTMX).text


def test_editing_shows_and_keeps_everything(cast: Cast, web) -> None:
    edit_task(task=cast.design, by=None, budget_minutes=600, assignees=[cast.member.staff_member])
    browser, url = web(cast.manager), f"/projects/tasks/{cast.design.pk}/"
    page = browser.get(url, headers=HTMX).text
    assert 'value="10.00"' in page
    own = {"name": "Hydraulics", "parent": cast.design.pk}
    assert browser.post(url, own, headers=HTMX).status_code == 422  # not under itself
    assert browser.get(f"/projects/{cast.project.pk}/tasks/add/").status_code == 200
    assert web(cast.member).get(url).status_code == 403


def test_a_change_order_with_its_paper(cast: Cast, web) -> None:
    browser, url = web(cast.manager), f"/projects/{cast.project.pk}/change-orders/new/"
    assert "Whole project" in browser.get(url, headers=HTMX).text
    given = {
        "agreed_on": "2026-11-20",
        "reason": "Second pump station",
        "file": SimpleUploadedFile("order.pdf", PDF, "application/pdf"),
        f"minutes-{cast.design.pk}": "40",
        "fee_amount": "-500",
    }
    answer = browser.post(url, given, headers=HTMX)
    assert "below zero" in answer.text  # the project has no cap to take from
    given |= {"fee_amount": "9500", "file": SimpleUploadedFile("order.pdf", PDF, "application/pdf")}
    browser.post(url, given, headers=HTMX)
    order = ChangeOrder.objects.get()
    assert Task.objects.get(pk=cast.design.pk).budget_minutes == 2400
    page = browser.get(f"/projects/{cast.project.pk}/").text
    assert "1 change order" in page
    assert "Second pump station" in page
    paper = browser.get(f"/projects/change-orders/{order.pk}/file/")
    assert b"".join(paper.streaming_content) == PDF
    assert web(cast.member).get(f"/projects/change-orders/{order.pk}/file/").status_code == 403
    browser.post(f"/projects/change-orders/{order.pk}/withdraw/", headers=HTMX)
    assert Task.objects.get(pk=cast.design.pk).budget_minutes is None


def test_progress_is_said_and_kept(cast: Cast, web) -> None:
    browser, url = web(cast.manager), f"/projects/tasks/{cast.design.pk}/progress/"
    browser.post(url, {"percent": "45.5", "note": "Survey is in"}, headers=HTMX)
    page = browser.get(url, headers=HTMX).text
    assert "Survey is in" in page
    assert "Dana Ruiz" in page
    assert browser.post(url, {"percent": "101"}, headers=HTMX).status_code == 422
    assert cast.design.progress.get().percent == Decimal("45.50")


def test_settings_of_projects(cast: Cast, web) -> None:
    browser = web(cast.manager)
    given = {"code_pattern": "P-{0000}", "first_percent": "80", "second_percent": "", "third_percent": "100"}
    assert browser.post("/projects/settings/", given).status_code == 302
    rules = ProjectRules.objects.get(pk=1)
    assert (rules.code_pattern, rules.alert_percents) == ("P-{0000}", [80, 100])
    wrong = browser.post("/projects/settings/", given | {"code_pattern": "P"})
    assert wrong.status_code == 422
    browser.post("/projects/settings/labels/new/status/", {"name": "On hold"}, headers=HTMX)
    label = ProjectLabel.objects.get()
    browser.post(f"/projects/settings/labels/{label.pk}/", {"name": "Paused"}, headers=HTMX)
    assert "Paused" in browser.get("/projects/settings/").text
    browser.post(f"/projects/settings/labels/{label.pk}/deactivate/", headers=HTMX)
    assert "Not offered" in browser.get("/projects/settings/").text
    browser.post(f"/projects/settings/labels/{label.pk}/reactivate/", headers=HTMX)
    assert web(cast.member).get("/projects/settings/").status_code == 403


def test_a_member_is_made_a_lead_too(cast: Cast, web) -> None:
    browser, base = web(cast.manager), f"/projects/{cast.project.pk}"
    browser.post(f"{base}/team/{cast.member.staff_member.pk}/lead/", headers=HTMX)
    assert "Leads too" in browser.get(f"{base}/").text
    assert web(cast.member).get(f"{base}/edit/").status_code == 200
    browser.post(f"{base}/team/{cast.member.staff_member.pk}/unlead/", headers=HTMX)
    assert web(cast.member).get(f"{base}/edit/").status_code == 403


def test_templates_are_saved_listed_used_and_put_aside(cast: Cast, web) -> None:
    browser, base = web(cast.manager), f"/projects/{cast.project.pk}"
    assert "Nothing" not in browser.get(f"{base}/template/", headers=HTMX).text
    browser.post(f"{base}/template/", {"name": "Water main", "notes": "For cities"}, headers=HTMX)
    template = ProjectTemplate.objects.get()
    assert "For cities" in browser.get("/projects/templates/").text
    given = {"client": cast.client.pk, "name": "Second main", "starts_on": "2027-06-01", "with_team": "on"}
    assert "Second main" in browser.post(f"/projects/templates/{template.pk}/open/", given, follow=True).text
    assert "Third main" in browser.post(f"{base}/copy/", given | {"name": "Third main"}, follow=True).text
    browser.post(f"/projects/templates/{template.pk}/", {"name": "Mains"}, headers=HTMX)
    browser.post(f"{base}/template/", {"template": template.pk}, headers=HTMX)
    browser.post(f"/projects/templates/{template.pk}/deactivate/", headers=HTMX)
    assert "Not offered" in browser.get("/projects/templates/").text
    assert browser.get(f"/projects/templates/{template.pk}/open/").status_code == 404
    browser.post(f"/projects/templates/{template.pk}/reactivate/", headers=HTMX)
    assert browser.post(f"{base}/template/", {"name": ""}, headers=HTMX).status_code == 422
    assert web(cast.member).get("/projects/templates/").status_code == 403


def test_the_list_of_budgets(cast: Cast, web) -> None:
    empty = web(cast.manager).get("/projects/budgets/").text
    assert "No budgets yet" in empty
    edit_task(task=cast.design, by=None, budget_minutes=600, budget_fee_amount=Decimal(1000))
    log(cast.member, cast.design, 660)
    for order in ("index", "used", "runway", "name"):
        page = web(cast.owner).get(f"/projects/budgets/?by={order}").text
        assert "110 %" in page
        assert "of $1,000.00" in page
    assert "of $1,000.00" not in web(cast.member).get("/projects/budgets/").text
