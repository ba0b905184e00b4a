"""Carrying one record to QuickBooks, exactly once, and finding out what became of it.

The outbox's request id goes along with every try of the same intent, so QuickBooks itself answers a repetition with
its first answer. Whoever tries again looks first for what only we could have written, since that memory may be over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from billing.models import Invoice, Payment, PaymentApplication
from clients.models import Client
from core import outbox
from core.minutes import format_minutes
from core.models import OutboxRow
from core.money import format_amount
from integrations.links import link, links_of
from integrations.models import ExternalLink, IgnoredPosting
from integrations.quickbooks import bodies
from integrations.quickbooks.client import Gateway, company
from integrations.quickbooks.company_books import books
from integrations.quickbooks.faults import Refused
from integrations.quickbooks.finding import find
from integrations.quickbooks.items import items
from integrations.quickbooks.kinds import BY_OUTBOX, CUSTOMER, INVOICE, KINDS, PAYMENT, TIME
from integrations.quickbooks.lists import version_of
from integrations.quickbooks.posting import clients_of
from integrations.quickbooks.preflight import problems
from integrations.quickbooks.refusals import outbox_errors, taken_number
from integrations.quickbooks.tokens import PROVIDER
from integrations.quickbooks.unposted import eligible
from timesheets.models import TimeEntry

Body = dict[str, Any]
State = OutboxRow.State

# While the customer or the invoice that a record needs is on its way.
A_MOMENT = timedelta(seconds=20)
# How long QuickBooks surely knows a request id. Intuit names no time; people count on a day (integrations.md A7).
MEMORY = timedelta(hours=20)
DUPLICATE_NUMBER, NAME_TAKEN = "6140", "6240"


class NotWanted(Exception):
    """It is not to be posted any more: void, returned, deleted or left out since it was queued."""


@dataclass(frozen=True)
class Carrier:
    """How one kind is read here, with all that its body needs, and written in their words."""

    records: Callable[[], QuerySet[Any]]
    body: Callable[..., Body]


def deliver(row: OutboxRow) -> Body:
    """Makes the record there unless it stands there already; returns its Id and version.

    What nobody wants there any more is done without being sent. Raises the four errors of the outbox.
    """
    kind, pk = BY_OUTBOX[row.kind], int(row.key)
    with outbox_errors(kind):
        gateway = _books(row)
        standing = _link_of(gateway.realm, kind, pk)
        if standing is not None:
            return _look_again(gateway, kind, pk, standing)
        try:
            record, body = _ready(gateway.realm, kind, pk)
        except NotWanted:
            return {"skipped": True}
        made = find(gateway, kind, record, body) if _may_stand_there(row, kind) else None
        return _keep(gateway.realm, kind, record, made or _create(gateway, kind, record, body, row))


def read_back(row: OutboxRow) -> Body | None:
    """What became of it: linked already, found there, or certainly not done (None, and it may be sent again).

    Time carries no mark of ours, so as long as QuickBooks knows the request id it is asked by repeating the request:
    that is answered with what was made, or makes it now.
    """
    kind, pk = BY_OUTBOX[row.kind], int(row.key)
    with outbox_errors(kind):
        gateway = _books(row)
        standing = _link_of(gateway.realm, kind, pk)
        if standing is not None:
            return _answer(standing)
        record, body = _prepare(gateway.realm, kind, pk, CARRIERS[kind].records())
        if kind == TIME and _is_remembered(row):
            found: Body | None = _create(gateway, kind, record, body, row)
        else:
            found = find(gateway, kind, record, body)
        return _keep(gateway.realm, kind, record, found) if found else None


def _books(row: OutboxRow) -> Gateway:
    assert row.claimed_at is not None
    return company(row.claimed_at)


def _may_stand_there(row: OutboxRow, kind: str) -> bool:
    """Whether an earlier try may have made it after all. Time of the same words may be another entry's."""
    is_first = row.attempts <= 1 and row.generation == 1
    return not is_first and not (kind == TIME and _is_remembered(row))


def _is_remembered(row: OutboxRow) -> bool:
    return row.claimed_at is not None and row.claimed_at - row.created_at < MEMORY


def _create(gateway: Gateway, kind: str, record: Any, body: Body, row: OutboxRow) -> Body:
    try:
        return gateway.create(KINDS[kind].entity, body, request_id=str(row.request_id))
    except Refused as refusal:
        return _adopt(gateway, kind, record, body, refusal)


def _adopt(gateway: Gateway, kind: str, record: Any, body: Body, refusal: Refused) -> Body:
    """Where something like it is there already: ours from an earlier try is taken over, another's is told."""
    if refusal.code not in (DUPLICATE_NUMBER, NAME_TAKEN):
        raise refusal
    found = find(gateway, kind, record, body)
    if found is None:
        raise taken_number(record.number) if refusal.code == DUPLICATE_NUMBER else refusal
    return found


def _ready(realm: str, kind: str, pk: int) -> tuple[models.Model, Body]:
    """The record, if it is still wanted there, and its body. Raises NotWanted.

    What waits for a record that is on its way waits too; what is missing for good needs a person.
    """
    records = CARRIERS[kind].records()
    if kind != CUSTOMER:
        left_out = IgnoredPosting.objects.filter(provider=PROVIDER, local_kind=KINDS[kind].local, local_id=pk)
        if left_out.exists():
            raise NotWanted
        records = records.filter(pk__in=eligible(kind).values("pk"))
    try:
        return _prepare(realm, kind, pk, records)
    except bodies.LinkIsMissing as missing:
        raise _what_is_missing(kind, pk, missing) from missing


def _what_is_missing(kind: str, pk: int, missing: bodies.LinkIsMissing) -> outbox.DeliveryError:
    customers = [str(client) for client in clients_of(kind, [pk])]
    needed = models.Q(kind=KINDS[CUSTOMER].outbox, key__in=customers)
    if kind == PAYMENT:
        bills = PaymentApplication.objects.standing().filter(payment=pk).values_list("invoice_id", flat=True)
        needed |= models.Q(kind=KINDS[INVOICE].outbox, key__in=[str(bill) for bill in bills])
    rows = list(OutboxRow.objects.filter(needed).exclude(state=State.DONE).order_by("pk"))
    stuck = [row for row in rows if row.state in (State.ATTENTION, State.DEAD)]
    if stuck:
        return outbox.NeedsAttention(stuck[0].last_error, fix=stuck[0].fix)
    if rows:
        return outbox.TryAgainLater(missing.message, after=A_MOMENT, is_waiting=True)
    found = problems(kind, [pk]).get(pk)
    if found:
        fix = found[0].fix_label or "Put it right in QuickBooks"
        return outbox.NeedsAttention(found[0].sentence, fix=f"{fix}, then try again.")
    # Nothing is wrong by now: another worker finished what goes first while we looked.
    return outbox.TryAgainLater(missing.message, after=A_MOMENT)


def _prepare(realm: str, kind: str, pk: int, records: QuerySet[Any]) -> tuple[models.Model, Body]:
    """The record and its body, read under its lock: whoever was changing it has finished, and the trigger refuses
    whoever comes later, since the row is on its way. Raises NotWanted."""
    with transaction.atomic():
        record = records.select_for_update(of=("self",)).filter(pk=pk).first()
        if record is None:
            raise NotWanted
        body = CARRIERS[kind].body
        if kind == CUSTOMER:
            return record, body(record, books(realm))
        return record, body(record, realm, items(realm), books(realm))


def _link_of(realm: str, kind: str, pk: int) -> ExternalLink | None:
    return links_of(PROVIDER, realm, KINDS[kind].local, [pk]).get(pk)


def _answer(standing: ExternalLink) -> Body:
    return {"id": standing.remote_id, "version": standing.remote_version}


def _keep(realm: str, kind: str, record: Any, made: Body) -> Body:
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
    """It stands there: reads it anew and compares. What is gone there is never made anew by itself."""
    made = gateway.find(KINDS[kind].entity, standing.remote_id)
    if made is None:
        ExternalLink.objects.filter(pk=standing.pk).update(state=ExternalLink.State.DELETED)
        fix = "Try again to post it anew, or leave it out."
        raise outbox.NeedsAttention("It was deleted in QuickBooks.", fix=fix)
    return _keep(gateway.realm, kind, CARRIERS[kind].records().get(pk=pk), made)


def _compare(kind: str, record: Any, made: Body) -> None:
    """Raises NeedsAttention where the amount or the time there is another one: never a silent difference."""
    words = ""
    if kind == TIME:
        stands = int(made.get("Hours") or 0) * 60 + int(made.get("Minutes") or 0)
        if stands != record.worked_minutes:
            there, here = format_minutes(stands), format_minutes(record.worked_minutes)
            words = f"QuickBooks has {there} h, here it is {here} h."
    elif kind in (INVOICE, PAYMENT):
        ours: Decimal = record.total_amount if kind == INVOICE else record.amount
        theirs = Decimal(str(made.get("TotalAmt", ours)))
        if theirs != ours:
            there, here = (format_amount(amount, record.currency) for amount in (theirs, ours))
            words = f"QuickBooks makes it {there}, here it is {here}."
    if words:
        fix = "It stands there already. Correct it there, then try again to compare."
        raise outbox.NeedsAttention(words, fix=fix)


CARRIERS = {
    CUSTOMER: Carrier(lambda: Client.objects.all(), bodies.customer),
    INVOICE: Carrier(lambda: Invoice.objects.select_related("client", "terms"), bodies.invoice),
    PAYMENT: Carrier(lambda: Payment.objects.all(), bodies.payment),
    TIME: Carrier(lambda: TimeEntry.objects.select_related("project", "task"), bodies.time_activity),
}


def bind() -> None:
    """Binds the deliveries of all kinds; called by psa/wiring.py."""
    for kind in KINDS.values():
        outbox.bind(kind.outbox, deliver=deliver, read_back=read_back)
