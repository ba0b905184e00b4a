"""Who at the client gets the invoices of one project, and who gets copies."""

from collections.abc import Iterable

from django.db import transaction

from clients.models import Contact
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import Project, ProjectContact

Role = ProjectContact.Role


class WorksElsewhere(Refusal):
    sentence = "{name} is no contact of {client}."


class HasNoAddress(Refusal):
    sentence = "{name} has no e-mail address. Add it to the contact first."


def choose_contacts(
    *, project: Project, to: Iterable[Contact], cc: Iterable[Contact], by: User | None
) -> list[ProjectContact]:
    """Says who gets the project's invoices instead of the client's billing contacts, and who gets copies besides.

    Nobody in `to` leaves it with the client's own; somebody in both gets the invoice. Replaces what was chosen before.
    Raises WorksElsewhere, HasNoAddress (fields to, cc).
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).select_related("client").get(pk=project.pk)
        require_manage(by, project)
        wanted = {contact.pk: Role.CC for contact in _checked(cc, project, "cc")}
        wanted |= {contact.pk: Role.TO for contact in _checked(to, project, "to")}
        audit.acting(
            "project.contacts", by=by, subject=project, chosen={str(k): v for k, v in wanted.items()}
        )
        project.contacts.exclude(contact__in=wanted).delete()
        ProjectContact.objects.bulk_create(
            [ProjectContact(project=project, contact_id=pk, role=role) for pk, role in wanted.items()],
            update_conflicts=True,
            unique_fields=["project", "contact"],
            update_fields=["role"],
        )
        return list(project.contacts.select_related("contact"))


def _checked(contacts: Iterable[Contact], project: Project, field: str) -> list[Contact]:
    found = list(contacts)
    for contact in found:
        if contact.client_id != project.client_id:
            raise WorksElsewhere(field=field, name=contact.name, client=project.client.name)
        if not contact.email:
            raise HasNoAddress(field=field, name=contact.name)
    return found
