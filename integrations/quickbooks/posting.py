"""Posting to QuickBooks: what is chosen is checked, queued in the outbox, and carried by workers, each once.

Posting is one-way: a later change here leaves the record there as it is, and shows as changed.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from billing.models import Invoice, Payment, PaymentApplication
from core import audit, outbox
from core.models import OutboxRow
from integrations.access import POST_ACCOUNTING
from integrations.links import links_of
from integrations.models import ExternalLink, IgnoredPosting, QuickBooksRules
from integrations.quickbooks.kinds import CUSTOMER, INVOICE, KINDS, PAYMENT, TIME
from integrations.quickbooks.mapping import CLIENT
from integrations.quickbooks.preflight import Problem, problems
from integrations.quickbooks.tokens import PROVIDER, current_connection
from integrations.quickbooks.unposted import eligible
from people.access import require
from people.models import User
from timesheets.models import TimeEntry

State = OutboxRow.State


@dataclass(frozen=True)
class Posted:
    """How many are on their way now, and why others are not."""

    queued: int
    refused: dict[int, list[Problem]] = field(default_factory=dict)


def post(*, kind: str, ids: Collection[int], by: User | None, at: datetime) -> Posted:
    """Queues those that are not there yet and pass the checks. A constant number of statements.

    Those that stand there, are on their way or are left out are passed over. What was deleted there is made anew. A
    payment takes the invoices it pays along. Raises NotAllowed.
    """
    require(by, POST_ACCOUNTING)
    with transaction.atomic():
        audit.acting("quickbooks.post", by=by, kind=kind, count=len(ids))
        wanted = _postable(kind, ids)
        queued = 0
        if kind == PAYMENT:
            queued += _queue(INVOICE, _ready(INVOICE, _postable(INVOICE, _bills_of(wanted))), at)
        refused = problems(kind, wanted)
        queued += _queue(kind, [pk for pk in wanted if pk not in refused], at)
    return Posted(queued, refused)


def retry(*, kind: str, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Tries again what needed a person, with its customers; returns how many. Raises NotAllowed.

    Each is a new intent, since what was refused may be another thing now; an earlier one of ours is looked for first.
    """
    require(by, POST_ACCOUNTING)
    with transaction.atomic():
        stuck = OutboxRow.objects.filter(
            kind=KINDS[kind].outbox, key__in=map(str, ids), state__in=[State.ATTENTION, State.DEAD]
        )
        keys = [int(key) for key in stuck.values_list("key", flat=True)]
        if not keys:
            return 0
        audit.acting("quickbooks.retry", by=by, kind=kind, count=len(keys))
        if kind != CUSTOMER:
            _queue_customers(kind, keys, at)
        return outbox.send_all_again(stuck, at=at)


def ignore(*, kind: str, ids: Collection[int], reason: str, by: User | None, at: datetime) -> int:
    """Leaves them out of QuickBooks; a delivery that needs a person is given up with it. Raises NotAllowed."""
    require(by, POST_ACCOUNTING)
    with transaction.atomic():
        audit.acting("quickbooks.ignore", by=by, kind=kind, count=len(ids), why=reason)
        name = by.name if by else ""
        made = IgnoredPosting.objects.bulk_create(
            [
                IgnoredPosting(
                    provider=PROVIDER,
                    local_kind=KINDS[kind].local,
                    local_id=pk,
                    reason=reason[:300],
                    by_name=name[:160],
                    at=at,
                )
                for pk in ids
            ],
            ignore_conflicts=True,
        )
        OutboxRow.objects.filter(
            kind=KINDS[kind].outbox, key__in=map(str, ids), state__in=[State.ATTENTION, State.DEAD]
        ).delete()
    return len(made)


def unignore(*, kind: str, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Takes them back: they wait to be posted again. Raises NotAllowed."""
    require(by, POST_ACCOUNTING)
    with transaction.atomic():
        audit.acting("quickbooks.unignore", by=by, kind=kind, count=len(ids))
        gone, _ = IgnoredPosting.objects.filter(
            provider=PROVIDER, local_kind=KINDS[kind].local, local_id__in=ids
        ).delete()
    return gone


def post_after_issue(sender: object, *, invoice: Invoice, at: datetime, **kwargs: object) -> None:
    """Posts an invoice in the transaction that issues it, where the firm chose so. What a check stops waits."""
    if current_connection() is None or not QuickBooksRules.objects.get(pk=1).posts_invoices_automatically:
        return
    _queue(INVOICE, _ready(INVOICE, [invoice.pk]), at)


def states(kind: str, ids: Collection[int]) -> dict[int, str]:
    """Where each stands: unposted, waiting, sending, unsure, posted, deleted, attention, ignored. Three statements."""
    found = dict.fromkeys(ids, "unposted")
    local = KINDS[kind].local
    left_out = IgnoredPosting.objects.filter(provider=PROVIDER, local_kind=local, local_id__in=ids)
    found |= dict.fromkeys(left_out.values_list("local_id", flat=True), "ignored")
    links = ExternalLink.objects.filter(provider=PROVIDER, local_kind=local, local_id__in=ids)
    words: dict[str, str] = {ExternalLink.State.ACTIVE: "posted", ExternalLink.State.DELETED: "deleted"}
    # Posted anew after a deletion it has two links, and the active one, read last, counts.
    rows_of_links = links.order_by("-state").values_list("local_id", "state")
    found |= {pk: words[state] for pk, state in rows_of_links if state in words}
    names = {
        State.QUEUED: "waiting",
        State.SENDING: "sending",
        State.UNKNOWN: "unsure",
        State.ATTENTION: "attention",
        State.DEAD: "attention",
    }
    rows = OutboxRow.objects.filter(kind=KINDS[kind].outbox, key__in=map(str, ids)).exclude(state=State.DONE)
    return found | {int(key): names[State(state)] for key, state in rows.values_list("key", "state")}


def _postable(kind: str, ids: Collection[int]) -> list[int]:
    """Those that may be posted, do not stand there, are not left out and not on their way. Locked, in order."""
    standing = {pk for pk, state in states(kind, ids).items() if state not in ("unposted", "deleted")}
    wanted = [pk for pk in ids if pk not in standing]
    locked = eligible(kind).filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(locked.values_list("pk", flat=True))


def _ready(kind: str, ids: Collection[int]) -> list[int]:
    wrong = problems(kind, ids)
    return [pk for pk in ids if pk not in wrong]


def _bills_of(payments: Collection[int]) -> list[int]:
    bills = (
        PaymentApplication.objects.standing()
        .filter(payment__in=payments)
        .values_list("invoice_id", flat=True)
    )
    return list(bills.distinct())


def _queue(kind: str, ids: Collection[int], at: datetime) -> int:
    """Writes the outbox rows, those of missing customers first."""
    if not ids:
        return 0
    _queue_customers(kind, ids, at)
    keys = [str(pk) for pk in ids]
    made = {row.key for row in outbox.enqueue_many(KINDS[kind].outbox, keys, at=at)}
    # What was done before and stands there no more is a new intent, with a request id of its own.
    over = OutboxRow.objects.filter(
        kind=KINDS[kind].outbox, key__in=[key for key in keys if key not in made], state=State.DONE
    )
    return len(made) + outbox.send_all_again(over, at=at)


def _queue_customers(kind: str, ids: Collection[int], at: datetime) -> None:
    connection = current_connection()
    if connection is None or not QuickBooksRules.objects.get(pk=1).creates_customers:
        return
    clients = clients_of(kind, ids)
    missing = clients - set(links_of(PROVIDER, connection.account_id, CLIENT, clients))
    made = outbox.enqueue_many(KINDS[CUSTOMER].outbox, [str(pk) for pk in sorted(missing)], at=at)
    known = {row.key for row in made}
    # Made once, and its link was cut or deleted since: it is looked for and made anew.
    again = OutboxRow.objects.filter(
        kind=KINDS[CUSTOMER].outbox, key__in=[str(pk) for pk in missing if str(pk) not in known]
    )
    outbox.send_all_again(again, at=at)


def clients_of(kind: str, ids: Collection[int]) -> set[int]:
    if kind == TIME:
        billable = TimeEntry.objects.filter(pk__in=ids, project__is_billable=True)
        return set(billable.values_list("project__client_id", flat=True))
    model = Invoice if kind == INVOICE else Payment
    return set(model.objects.filter(pk__in=ids).values_list("client_id", flat=True))
