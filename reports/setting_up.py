"""The first-run checklist: what a new firm does until its first invoice is out. Derived from what exists."""

from dataclasses import dataclass

from django.urls import reverse

from billing.models import Invoice
from clients.models import Client, Contact
from integrations.models import Connection
from people.models import Invitation, LegalEntity, StaffMember
from projects.models import Project, RateRule
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class Step:
    """One thing to do: done, or where to do it."""

    title: str
    text: str
    action: str
    url: str
    is_done: bool


def steps(firm_name: str) -> list[Step]:
    """All steps in order. Each is done when what it asks for exists; one statement each, eight in all."""
    entity = LegalEntity.objects.filter(is_default=True).first()
    has_address = bool(entity and entity.address.strip())
    has_people = StaffMember.objects.count() > 1 or Invitation.objects.exists()
    has_client = Client.objects.exists()
    has_contact = Contact.objects.filter(is_billing_to=True).exists()
    client_text = "Who gets the invoices, and at which address"
    if has_client and not has_contact:
        client_text = "Your client has no contact that gets invoices yet"
    return [
        Step("Create your firm", f"{firm_name} is ready", "", "", True),
        Step(
            "Say what stands on your invoices",
            "Address, logo, bank details, currency",
            "Company",
            reverse("people:firm"),
            has_address,
        ),
        Step(
            "Invite your team",
            "Roles, working hours and who approves whom",
            "Invite",
            reverse("people:invite"),
            has_people,
        ),
        Step(
            "Set rates",
            "One card by role is enough to begin; clients can differ later",
            "Set rates",
            reverse("projects:rate-cards"),
            RateRule.objects.exists(),
        ),
        Step(
            "Add your first client",
            client_text,
            "Clients" if has_client else "New client",
            reverse("clients:clients" if has_client else "clients:new"),
            has_client and has_contact,
        ),
        Step(
            "Open the first project",
            "Client, tasks and who works on it",
            "New project",
            reverse("projects:new"),
            Project.objects.exists(),
        ),
        Step(
            "Let clients pay online",
            "Card and bank debit, on your own Stripe account",
            "Connect",
            reverse("integrations:connections"),
            Connection.objects.filter(health=Connection.Health.READY).exists(),
        ),
        _last_step(),
    ]


def _last_step() -> Step:
    has_time = TimeEntry.objects.exists()
    return Step(
        "Enter a week and send an invoice",
        "Submit the time, approve it, bill it. This list then goes away by itself",
        "Ready to bill" if has_time else "Open timesheet",
        reverse("billing:ready" if has_time else "timesheets:week"),
        Invoice.objects.issued().exists(),
    )
