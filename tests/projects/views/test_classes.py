"""The page of classes, and the switches that ask for notes on project, task and labor code."""

from typing import Any

import pytest
from django.test import Client as Web

from projects.models import WorkClass
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def manager(web: Any, cast: Cast) -> Web:
    return web(cast.manager)


def test_classes_are_listed_added_renamed_and_put_aside(manager: Web, web: Any, cast: Cast) -> None:
    assert web(cast.member).get("/projects/classes/").status_code == 403
    assert "No classes yet" in manager.get("/projects/classes/").content.decode()
    assert manager.post("/projects/classes/new/", {"name": "West"}, headers=HTMX).status_code == 204
    again = manager.post("/projects/classes/new/", {"name": "West"}, headers=HTMX)
    assert again.status_code == 422
    assert "already a class of this name" in again.content.decode()
    west = WorkClass.objects.get()
    assert "Rename West" in manager.get(f"/projects/classes/{west.pk}/").content.decode()
    manager.post(f"/projects/classes/{west.pk}/", {"name": "West branch"}, headers=HTMX)
    answer = manager.post(f"/projects/classes/{west.pk}/deactivate/", headers=HTMX)
    assert f"/projects/classes/{west.pk}/reactivate/" in answer["HX-Trigger"]
    page = manager.get("/projects/classes/").content.decode()
    assert "West branch" in page
    assert "Not offered" in page
    manager.post(f"/projects/classes/{west.pk}/reactivate/", headers=HTMX)
    assert WorkClass.objects.get().is_active


def test_notes_are_switched_on_for_project_task_and_code(manager: Web, cast: Cast) -> None:
    fields = {"client": cast.client.pk, "name": cast.project.name, "code": "LKS-001", "requires_notes": "on"}
    assert manager.post(f"/projects/{cast.project.pk}/edit/", fields).status_code == 302
    fields = {"name": cast.design.name, "labor_code": cast.engineering.pk, "requires_notes": "on"}
    assert manager.post(f"/projects/tasks/{cast.design.pk}/", fields, headers=HTMX).status_code == 204
    fields = {"name": "Engineering", "is_billable": "on", "requires_notes": "on"}
    url = f"/projects/labor-codes/{cast.engineering.pk}/"
    assert manager.post(url, fields, headers=HTMX).status_code == 204
    for thing in (cast.project, cast.design, cast.engineering):
        thing.refresh_from_db()
        assert thing.requires_notes
    assert "Required" in manager.get("/projects/labor-codes/").content.decode()
