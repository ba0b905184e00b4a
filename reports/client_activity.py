"""What happened lately with a client, in words: from the record of who did what."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from billing.models import CreditMemo, Invoice, Payment
from clients.models import Client, Contact
from core.models import Action
from projects.models import Project

LATEST = 8
# The verb of the action, and the words for it; others do not concern the client.
WORDS = {
    "client.add": "Added the client",
    "client.edit": "Changed the client",
    "client.deactivate": "Deactivated the client",
    "client.reactivate": "Reactivated the client",
    "client.merge": "Merged a client into it",
    "client.merge_undo": "Undid a merge",
    "contact.add": "Added a contact",
    "contact.edit": "Changed a contact",
    "project.open": "Opened a project",
    "project.edit": "Changed a project",
    "project.close": "Closed a project",
    "project.reopen": "Reopened a project",
    "invoice.draft": "Drafted an invoice",
    "invoice.issue": "Issued an invoice",
    "invoice.send": "Sent an invoice",
    "invoice.void": "Voided an invoice",
    "invoice.write_off": "Wrote off a part of an invoice",
    "credit.issue": "Issued a credit memo",
    "credit.void": "Voided a credit memo",
    "payment.record": "Recorded a payment",
    "payment.follow": "A payment moved on",
}
MONEY = ("invoice", "credit", "payment")


@dataclass(frozen=True)
class Event:
    """One thing that was done: what, by whom (empty for the system), on which instant, and why."""

    words: str
    subject: str
    by_name: str
    at: datetime
    why: str


def latest_of(client: Client, *, shows_money: bool) -> list[Event]:
    """The latest first; what concerns money only with `shows_money`. Constant number of statements."""
    kinds: list[tuple[str, type[Model], str]] = [
        ("contact", Contact, "name"),
        ("project", Project, "name"),
        ("invoice", Invoice, "number"),
        ("credit", CreditMemo, "number"),
        ("payment", Payment, "reference"),
    ]
    about = Q(subject_kind=Client._meta.label_lower, subject_id=str(client.pk))
    for kind, model, _ in kinds:
        if shows_money or kind not in MONEY:
            ids = model._default_manager.filter(client=client).order_by()
            texts = ids.annotate(text=Cast("pk", TextField())).values("text")
            about |= Q(subject_kind=model._meta.label_lower, subject_id__in=texts)
    actions = list(Action.objects.filter(about, verb__in=WORDS).order_by("-id")[:LATEST])
    names: dict[tuple[str, str], str] = {}
    for _, model, field in kinds:
        label = model._meta.label_lower
        wanted = [action.subject_id for action in actions if action.subject_kind == label]
        found = model._default_manager.filter(pk__in=wanted).values_list("pk", field) if wanted else []
        names |= {(label, str(pk)): name or "" for pk, name in found}
    return [
        Event(
            WORDS[action.verb],
            names.get((action.subject_kind, action.subject_id)) or str(action.facts.get("name", "")),
            action.actor_name,
            action.at,
            action.why,
        )
        for action in actions
    ]
