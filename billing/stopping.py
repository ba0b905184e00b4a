"""What stops reminders of an invoice or a client: disputes, promises to pay, pauses; recorded, and ended again.

Whether an invoice is disputed or promised is derived from what is recorded here and nobody ended.
"""

from datetime import date, datetime

from django.db import transaction

from billing.access import RECORD_PAYMENTS
from billing.balance import balance_of
from billing.models import DunningStop, Invoice
from billing.reminding import call_off_waiting
from clients.models import Client
from core import audit
from core.errors import Conflict, Refusal
from core.promises import promises
from people.access import require
from people.models import User

Kind = DunningStop.Kind


class NothingIsOpen(Refusal):
    """Drafts, void and settled invoices are not reminded of."""

    sentence = "Nothing of this invoice is open, so there is nothing to record about its payment."


class DayIsPast(Refusal):
    """A day that lies ahead, or today."""

    sentence = "Choose today or a later day."


class ReasonIsMissing(Refusal):
    """A dispute without a reason helps nobody to settle it."""

    sentence = "Say what the client disputes."


class HasEnded(Conflict):
    """Somebody ended it first."""

    sentence = "This has ended already."


def record_promise(
    *, invoice: Invoice, until: date, note: str, by: User | None, on: date, at: datetime
) -> DunningStop:
    """The client promised to pay by a day: no reminders through it; after it they go on, and name the promise.

    A new promise takes the place of the earlier one. Raises NotAllowed, NothingIsOpen, DayIsPast (field `until`).
    """
    if until < on:
        raise DayIsPast(field="until")
    return _record(Kind.PROMISE, invoice, note, by=by, on=on, at=at, until=until, verb="invoice.promise")


def open_dispute(*, invoice: Invoice, reason: str, by: User | None, on: date, at: datetime) -> DunningStop:
    """The client disputes the invoice: no reminders and no late fee until it is resolved.

    Raises NotAllowed, NothingIsOpen, ReasonIsMissing, StopIsThere.
    """
    if not reason.strip():
        raise ReasonIsMissing(field="reason")
    return _record(Kind.DISPUTE, invoice, reason, by=by, on=on, at=at, verb="invoice.dispute")


def pause_reminders(
    *,
    client: Client,
    by: User | None,
    on: date,
    at: datetime,
    invoice: Invoice | None = None,
    until: date | None = None,
    reason: str = "",
) -> DunningStop:
    """No reminders and no late fees, of one invoice or of all of the client, until a day or until it is ended.

    Raises NotAllowed, NothingIsOpen, DayIsPast (field `until`), StopIsThere.
    """
    if until is not None and until < on:
        raise DayIsPast(field="until")
    if invoice is not None:
        return _record(Kind.PAUSE, invoice, reason, by=by, on=on, at=at, until=until, verb="invoice.pause")
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        audit.acting("client.pause_reminders", by=by, subject=client, why=reason)
        stop = _create(Kind.PAUSE, client, None, reason, by=by, on=on, until=until)
        call_off_waiting(invoice_ids=list(client.invoices.values_list("pk", flat=True)), by=by, at=at)
    return stop


def end_stop(*, stop: DunningStop, by: User | None, on: date, outcome: str = "") -> DunningStop:
    """Resolves a dispute, withdraws a promise, ends a pause; reminders go on. Raises NotAllowed, HasEnded."""
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        found = DunningStop.objects.select_for_update().get(pk=stop.pk)
        if found.ended_on is not None:
            raise HasEnded
        audit.acting(f"stop.end_{found.kind.lower()}", by=by, subject=found.invoice or found.client)
        _end(found, by, on, outcome)
    return found


def _record(
    kind: str,
    invoice: Invoice,
    reason: str,
    *,
    by: User | None,
    on: date,
    at: datetime,
    verb: str,
    until: date | None = None,
) -> DunningStop:
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        found = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
        is_bill = found.kind == Invoice.Kind.INVOICE and found.state == Invoice.State.ISSUED
        if not is_bill or balance_of(found).is_paid:
            raise NothingIsOpen
        audit.acting(verb, by=by, subject=found, why=reason, until=until)
        if kind == Kind.PROMISE:
            for earlier in DunningStop.objects.filter(kind=kind, invoice=found, ended_on=None):
                _end(earlier, by, on, "Promised anew.")
        stop = _create(kind, found.client, found, reason, by=by, on=on, until=until)
        call_off_waiting(invoice_ids=[found.pk], by=by, at=at)
    return stop


def _create(
    kind: str,
    client: Client,
    invoice: Invoice | None,
    reason: str,
    *,
    by: User | None,
    on: date,
    until: date | None,
) -> DunningStop:
    return DunningStop.objects.create(
        kind=kind,
        client=client,
        invoice=invoice,
        starts_on=on,
        until=until,
        reason=" ".join(reason.split())[:300],
        recorded_by_name=by.name if by else "",
    )


def _end(stop: DunningStop, by: User | None, on: date, outcome: str) -> None:
    stop.ended_on, stop.ended_by_name = on, by.name if by else ""
    stop.outcome = " ".join(outcome.split())[:300]
    stop.save(update_fields=["ended_on", "ended_by_name", "outcome"])
