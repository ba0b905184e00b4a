"""Carrying one record to QuickBooks, exactly once, and finding out what became of it.

The outbox's request id goes along with every try of the same intent, so QuickBooks itself answers a repetition with
its first answer. Where that memory may be over, the record is looked for by what only we could have written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from billing.models import Invoice, Payment
from clients.models import Client
from core import outbox
from core.models import OutboxRow
from core.money import format_amount
from integrations.links import link, links_of
from integrations.models import ExternalLink
from integrations.quickbooks import bodies
from integrations.quickbooks.client import Gateway, company, quoted
from integrations.quickbooks.company_books import books
from integrations.quickbooks.faults import AccessLost, Away, Bug, Refused, Stale, Throttled, Unknown
from integrations.quickbooks.items import items
from integrations.quickbooks.kinds import BY_OUTBOX, CUSTOMER, INVOICE, KINDS, PAYMENT, TIME
from integrations.quickbooks.lists import version_of
from integrations.quickbooks.posting import clients_of
from integrations.quickbooks.refusals import attention
from integrations.quickbooks.tokens import PROVIDER
from timesheets.models import TimeEntry

Body = dict[str, Any]
# While the customer or the invoice that a record needs is on its way.
A_MOMENT = timedelta(seconds=20)
ACCESS_IS_LOST = timedelta(minutes=15)
DUPLICATE_NUMBER, NAME_TAKEN = "6140", "6240"


@dataclass(frozen=True)
class Carrier:
    """How one kind is read here, written in their words, and found there."""

    record: Callable[[int], models.Model]
    body: Callable[..., Body]
    find: Callable[[Gateway, Any, Body], Iterable[Body]]


def deliver(row: OutboxRow) -> Body:
    """Makes the record there unless it stands there already; returns its Id and version.

    Raises the four errors of the outbox.
    """
    kind = BY_OUTBOX[row.kind]
    pk = int(row.key)
    with _outbox_errors(kind):
        gateway = _books(row)
        standing = _link_of(gateway.realm, kind, pk)
        if standing is not None:
            return _look_again(gateway, kind, pk, standing)
        record, body = _ready(gateway.realm, kind, pk)
        try:
            made = gateway.create(KINDS[kind].entity, body, request_id=str(row.request_id))
        except Refused as refusal:
            made = _adopt(gateway, kind, record, body, refusal)
        return _keep(gateway.realm, kind, record, made)


def read_back(row: OutboxRow) -> Body | None:
    """What became of it: linked already, found there, or certainly not done (None, and it may be sent again)."""
    kind = BY_OUTBOX[row.kind]
    pk = int(row.key)
    with _outbox_errors(kind):
        gateway = _books(row)
        standing = _link_of(gateway.realm, kind, pk)
        if standing is not None:
            return _answer(standing)
        record, body = _prepare(gateway.realm, kind, pk)
        found = _find(gateway, kind, record, body)
        return _keep(gateway.realm, kind, record, found) if found else None


def _books(row: OutboxRow) -> Gateway:
    assert row.claimed_at is not None
    return company(row.claimed_at)


def _ready(realm: str, kind: str, pk: int) -> tuple[models.Model, Body]:
    """The record and its body. What waits for a customer that needs a person needs one too."""
    try:
        return _prepare(realm, kind, pk)
    except bodies.LinkIsMissing:
        if kind != CUSTOMER:
            _tell_of_customer(kind, pk)
        raise


def _tell_of_customer(kind: str, pk: int) -> None:
    stuck = OutboxRow.objects.filter(
        kind=KINDS[CUSTOMER].outbox,
        key__in=[str(client) for client in clients_of(kind, [pk])],
        state__in=[OutboxRow.State.ATTENTION, OutboxRow.State.DEAD],
    ).first()
    if stuck is not None:
        raise outbox.NeedsAttention(stuck.last_error, fix=stuck.fix)


def _prepare(realm: str, kind: str, pk: int) -> tuple[models.Model, Body]:
    """The record and its body, read under its lock: whoever was changing it has finished, and the trigger refuses
    whoever comes later, since the row is on its way."""
    carrier = CARRIERS[kind]
    with transaction.atomic():
        record = carrier.record(pk)
        if kind == CUSTOMER:
            return record, carrier.body(record)
        return record, carrier.body(record, realm, items(realm), books(realm))


def _link_of(realm: str, kind: str, pk: int) -> ExternalLink | None:
    return links_of(PROVIDER, realm, KINDS[kind].local, [pk]).get(pk)


def _answer(standing: ExternalLink) -> Body:
    return {"id": standing.remote_id, "version": standing.remote_version}


def _keep(realm: str, kind: str, record: models.Model, made: Body) -> Body:
    """Links the two, with the record as QuickBooks answered it; then says if it is not what was sent."""
    standing = link(
        provider=PROVIDER,
        account_id=realm,
        local_kind=KINDS[kind].local,
        local_id=record.pk,
        remote_type=KINDS[kind].entity,
        remote_id=str(made["Id"]),
        version=version_of(made),
        image=made,
    )
    _compare(kind, record, made)
    return _answer(standing)


def _look_again(gateway: Gateway, kind: str, pk: int, standing: ExternalLink) -> Body:
    """It stands there: reads it anew and compares."""
    made = gateway.read(KINDS[kind].entity, standing.remote_id)
    return _keep(gateway.realm, kind, CARRIERS[kind].record(pk), made)


def _compare(kind: str, record: models.Model, made: Body) -> None:
    """Raises NeedsAttention where the total there is another one: never a silent difference."""
    if kind not in (INVOICE, PAYMENT):
        return
    ours: Decimal = record.total_amount if isinstance(record, Invoice) else record.amount  # type: ignore[attr-defined]
    theirs = Decimal(str(made.get("TotalAmt", ours)))
    if theirs != ours:
        currency: str = record.currency  # type: ignore[attr-defined]
        raise outbox.NeedsAttention(
            f"QuickBooks makes it {format_amount(theirs, currency)}, here it is {format_amount(ours, currency)}.",
            fix="It stands there already. Correct the tax or the amount there, then try again to compare.",
        )


def _adopt(gateway: Gateway, kind: str, record: Any, body: Body, refusal: Refused) -> Body:
    """Where something like it is there already: ours from an earlier try is taken over, another's is told."""
    if refusal.code not in (DUPLICATE_NUMBER, NAME_TAKEN):
        raise refusal
    found = _find(gateway, kind, record, body)
    if found is None:
        raise refusal
    return found


def _find(gateway: Gateway, kind: str, record: Any, body: Body) -> Body | None:
    """The one record there that only we can have made, and that belongs to nothing else of ours."""
    entity = KINDS[kind].entity
    found = list(CARRIERS[kind].find(gateway, record, body))
    taken = set(
        ExternalLink.objects.filter(
            provider=PROVIDER,
            account_id=gateway.realm,
            remote_type=entity,
            remote_id__in=[str(each["Id"]) for each in found],
        )
        .exclude(state=ExternalLink.State.SEVERED)
        .values_list("remote_id", flat=True)
    )
    return next((each for each in found if str(each["Id"]) not in taken), None)


def _find_customer(gateway: Gateway, client: Client, body: Body) -> list[Body]:
    return list(gateway.query("Customer", f"DisplayName = {quoted(body['DisplayName'])}"))


def _find_invoice(gateway: Gateway, bill: Invoice, body: Body) -> list[Body]:
    """Ours carries our mark; the same number without it is somebody else's invoice."""
    found = gateway.query("Invoice", f"DocNumber = {quoted(bill.number)}")
    return [each for each in found if body["PrivateNote"] in str(each.get("PrivateNote", ""))]


def _find_payment(gateway: Gateway, paid: Payment, body: Body) -> list[Body]:
    found = gateway.query("Payment", f"TxnDate = {quoted(str(paid.received_on))}")
    return [each for each in found if body["PrivateNote"] in str(each.get("PrivateNote", ""))]


def _find_time(gateway: Gateway, entry: TimeEntry, body: Body) -> list[Body]:
    """Time has no note of its own, so it is known by everything that was sent."""
    same = ("Hours", "Minutes", "Description")
    person = f"{body['NameOf']}Ref"
    found = gateway.query("TimeActivity", f"TxnDate = {quoted(str(entry.worked_on))}")
    return [
        each
        for each in found
        if all(each.get(name) == body[name] for name in same)
        and (each.get(person) or {}).get("value") == body[person]["value"]
    ]


class _outbox_errors:  # noqa: N801 - reads as the context it is
    """Turns what went wrong there into what the outbox knows."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Throttled):
            raise outbox.TryAgainLater(error.message, after=error.after) from error
        if isinstance(error, AccessLost):
            raise outbox.TryAgainLater(error.message, after=ACCESS_IS_LOST) from error
        if isinstance(error, bodies.LinkIsMissing):
            raise outbox.TryAgainLater(error.message, after=A_MOMENT) from error
        if isinstance(error, (Away, Stale)):
            raise outbox.TryAgainLater(error.message) from error
        if isinstance(error, Unknown):
            raise outbox.Unknown(error.message) from error
        if isinstance(error, Refused):
            raise attention(self.kind, error) from error
        if isinstance(error, Bug):
            raise outbox.NeverWorks(f"QuickBooks does not take what was sent ({error.message})") from error


def _locked(query: Any, pk: int) -> Any:
    return query.select_for_update(of=("self",)).get(pk=pk)


CARRIERS = {
    CUSTOMER: Carrier(lambda pk: _locked(Client.objects.all(), pk), bodies.customer, _find_customer),
    INVOICE: Carrier(
        lambda pk: _locked(Invoice.objects.select_related("client", "terms"), pk),
        bodies.invoice,
        _find_invoice,
    ),
    PAYMENT: Carrier(lambda pk: _locked(Payment.objects.all(), pk), bodies.payment, _find_payment),
    TIME: Carrier(
        lambda pk: _locked(TimeEntry.objects.select_related("project", "task"), pk),
        bodies.time_activity,
        _find_time,
    ),
}


def bind() -> None:
    """Binds the deliveries of all kinds; called by psa/wiring.py."""
    for kind in KINDS.values():
        outbox.bind(kind.outbox, deliver=deliver, read_back=read_back)
