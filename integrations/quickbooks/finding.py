"""Finding our own records in QuickBooks: those that an earlier try made and whose answer was lost.

An invoice and a payment carry our mark in their private note. Time has no such note, so it is known by everything that
was sent. What is linked with something of ours already is never found again.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from billing.models import Invoice, Payment
from clients.models import Client
from integrations.models import ExternalLink
from integrations.quickbooks.client import Gateway, quoted
from integrations.quickbooks.kinds import CUSTOMER, INVOICE, KINDS, PAYMENT, TIME
from integrations.quickbooks.tokens import PROVIDER
from timesheets.models import TimeEntry

Body = dict[str, Any]


def find(gateway: Gateway, kind: str, record: Any, body: Body) -> Body | None:
    """The one record there that only we can have made, and that belongs to nothing else of ours. Raises as Gateway."""
    found = list(FINDERS[kind](gateway, record, body))
    taken = set(
        ExternalLink.objects.filter(
            provider=PROVIDER,
            account_id=gateway.realm,
            remote_type=KINDS[kind].entity,
            remote_id__in=[str(each["Id"]) for each in found],
        )
        .exclude(state=ExternalLink.State.SEVERED)
        .values_list("remote_id", flat=True)
    )
    return next((each for each in found if str(each["Id"]) not in taken), None)


def is_marked(record: Body, mark: str) -> bool:
    """Whether the private note holds this very mark: that of 12 is not that of 1."""
    return re.search(rf"{re.escape(mark)}(?!\d)", str(record.get("PrivateNote") or "")) is not None


def _customer(gateway: Gateway, client: Client, body: Body) -> Iterable[Body]:
    return gateway.query("Customer", f"DisplayName = {quoted(body['DisplayName'])}")


def _invoice(gateway: Gateway, bill: Invoice, body: Body) -> Iterable[Body]:
    """By its number; where the company numbers by itself, by its day."""
    for where in (f"DocNumber = {quoted(bill.number)}", f"TxnDate = {quoted(str(bill.issued_on))}"):
        found = [each for each in gateway.query("Invoice", where) if is_marked(each, body["PrivateNote"])]
        if found:
            return found
    return []


def _payment(gateway: Gateway, paid: Payment, body: Body) -> Iterable[Body]:
    found = gateway.query("Payment", f"TxnDate = {quoted(str(paid.received_on))}")
    return [each for each in found if is_marked(each, body["PrivateNote"])]


def _time(gateway: Gateway, entry: TimeEntry, body: Body) -> Iterable[Body]:
    same = ("Hours", "Minutes", "Description")
    person = f"{body['NameOf']}Ref"
    found = gateway.query("TimeActivity", f"TxnDate = {quoted(str(entry.worked_on))}")
    return [
        each
        for each in found
        if all(each.get(name) == body[name] for name in same)
        and (each.get(person) or {}).get("value") == body[person]["value"]
    ]


FINDERS: dict[str, Callable[[Gateway, Any, Body], Iterable[Body]]] = {
    CUSTOMER: _customer,
    INVOICE: _invoice,
    PAYMENT: _payment,
    TIME: _time,
}
