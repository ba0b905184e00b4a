"""Who at the client gets the invoices of one project."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from pydantic import Field

from core.api import Id, Routes, Row, Wish, cleaned
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.contacting import choose_contacts
from projects.forms import ContactsForm
from projects.models import Project, ProjectContact

routes = Routes("projects")


class ProjectContactRow(Row):
    contact_id: int
    name: str
    email: str
    role: str

    @staticmethod
    def resolve_name(row: ProjectContact) -> str:
        return row.contact.name

    @staticmethod
    def resolve_email(row: ProjectContact) -> str:
        return row.contact.email


class ProjectContactsWish(Wish):
    # Instead of the client's billing contacts; nobody leaves it with them.
    to_ids: list[Id] = Field(default_factory=list)
    cc_ids: list[Id] = Field(default_factory=list)


@routes.read("/projects/{int:project_id}/contacts", list[ProjectContactRow])
@staff_only
def list_project_contacts(request: HttpRequest, project_id: int) -> list[ProjectContact]:
    """Who gets the project's invoices (TO) instead of the client's billing contacts, and who gets copies (CC)."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    return list(project.contacts.select_related("contact"))


@routes.write("/projects/{int:project_id}/contacts", list[ProjectContactRow], method="PUT")
@staff_only
def choose_project_contacts(
    request: HttpRequest, project_id: int, wish: ProjectContactsWish
) -> list[ProjectContact]:
    """Replaces who gets the project's invoices and copies of them."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    names = {"to_ids": "to", "cc_ids": "cc"}
    fields = cleaned(ContactsForm, wish, names=names, project=project)
    return choose_contacts(project=project, by=request.user, **fields)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
