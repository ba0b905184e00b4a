"""Where each invoice, payment and approved time entry stands in QuickBooks; posting, trying again, leaving out."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, page
from core.models import OutboxRow
from integrations.access import MANAGE_CONNECTIONS, POST_ACCOUNTING
from integrations.models import ExternalLink, IgnoredPosting
from integrations.quickbooks import posting
from integrations.quickbooks.kinds import INVOICE, KINDS, PAYMENT
from integrations.quickbooks.places import record_url
from integrations.quickbooks.preflight import Problem, problems
from integrations.quickbooks.tokens import PROVIDER
from integrations.quickbooks.unposted import eligible, unposted
from people.guards import guarded

routes = Routes("integrations")

PostedKind = Literal["invoice", "payment", "time"]
PostingState = Literal[
    "unposted", "waiting", "sending", "unsure", "posted", "deleted", "attention", "ignored"
]
NEEDS_A_PERSON = [OutboxRow.State.ATTENTION, OutboxRow.State.DEAD]


class PostingFilters(Part):
    only: Literal["unposted", "posted", "attention", "ignored"] | None = Field(
        None, description="Unposted is what waits for the first time, also while it is on its way."
    )


class PostingRow(Schema):
    """One of our records and where it stands in QuickBooks. `message` says what is wrong, or why it is left out."""

    id: int
    name: str
    on: date | None
    currency: str
    amount: Amount | None
    minutes: int | None
    state: PostingState
    remote_type: str
    remote_id: str
    url: str
    message: str
    fix: str
    posted_at: datetime | None


class ProblemRow(Row):
    """What would keep it out of QuickBooks, and where that is put right."""

    sentence: str
    fix_label: str
    fix_url: str


class PostingAnswer(PostingRow):
    problems: list[ProblemRow] = Field(description="Checked now, for what is not posted.")


Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


class PostWish(Wish):
    ids: Ids


class IgnoreWish(Wish):
    ids: Ids
    reason: str = Field("", max_length=300)


class RefusedRow(Schema):
    id: int
    problems: list[ProblemRow]


class PostedAnswer(Schema):
    queued: int = Field(description="On their way now, with invoices that a payment takes along.")
    refused: list[RefusedRow]


class CountAnswer(Schema):
    count: int


@routes.read("/postings/{kind}", Listing[PostingRow])
@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
def list_postings(request: HttpRequest, kind: PostedKind, wanted: Query[PostingFilters]) -> dict[str, Any]:
    """Issued invoices, received payments or approved time, each with where it stands in QuickBooks."""
    found = page(_narrowed(kind, wanted.only), wanted)
    return found | {"items": _rows(kind, found["items"])}


@routes.read("/postings/{kind}/{int:local_id}", PostingAnswer)
@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
def show_posting(request: HttpRequest, kind: PostedKind, local_id: int) -> PostingAnswer:
    """Where one record stands, and what would keep it out."""
    record = get_object_or_404(eligible(kind), pk=local_id)
    (row,) = _rows(kind, [record])
    wrong = problems(kind, [record.pk]).get(record.pk, []) if row.state == "unposted" else []
    return PostingAnswer(**row.model_dump(), problems=_problems(wrong))


@routes.write("/postings/{kind}/post", PostedAnswer)
@guarded(POST_ACCOUNTING)
def post_records(request: HttpRequest, kind: PostedKind, wish: PostWish) -> PostedAnswer:
    """Queues records that are not in QuickBooks yet and pass the checks; each is posted once."""
    posted = posting.post(kind=kind, ids=wish.ids, by=request.user, at=clock.now())
    refused = [RefusedRow(id=pk, problems=_problems(found)) for pk, found in posted.refused.items()]
    return PostedAnswer(queued=posted.queued, refused=refused)


@routes.write("/postings/{kind}/retry", CountAnswer)
@guarded(POST_ACCOUNTING)
def retry_records(request: HttpRequest, kind: PostedKind, wish: PostWish) -> dict[str, int]:
    """Tries again what needed a person."""
    return {"count": posting.retry(kind=kind, ids=wish.ids, by=request.user, at=clock.now())}


@routes.write("/postings/{kind}/ignore", CountAnswer)
@guarded(POST_ACCOUNTING)
def ignore_records(request: HttpRequest, kind: PostedKind, wish: IgnoreWish) -> dict[str, int]:
    """Leaves records out of QuickBooks, with a reason."""
    ids = list(eligible(kind).filter(pk__in=wish.ids).values_list("pk", flat=True))
    ignored = posting.ignore(kind=kind, ids=ids, reason=wish.reason, by=request.user, at=clock.now())
    return {"count": ignored}


@routes.write("/postings/{kind}/unignore", CountAnswer)
@guarded(POST_ACCOUNTING)
def unignore_records(request: HttpRequest, kind: PostedKind, wish: PostWish) -> dict[str, int]:
    """Takes records back that were left out: they wait to be posted again."""
    return {"count": posting.unignore(kind=kind, ids=wish.ids, by=request.user, at=clock.now())}


def _narrowed(kind: str, only: str | None) -> QuerySet[Any]:
    local = KINDS[kind].local
    if only == "unposted":
        return unposted(kind)
    rows = eligible(kind)
    if only == "posted":
        links = ExternalLink.objects.filter(
            provider=PROVIDER,
            local_kind=local,
            local_id=OuterRef("pk"),
            state=ExternalLink.State.ACTIVE,
        )
        return rows.filter(Exists(links))
    if only == "ignored":
        left_out = IgnoredPosting.objects.filter(provider=PROVIDER, local_kind=local)
        return rows.filter(pk__in=left_out.values("local_id"))
    if only == "attention":
        stuck = OutboxRow.objects.filter(kind=KINDS[kind].outbox, state__in=NEEDS_A_PERSON)
        return rows.filter(pk__in=[int(key) for key in stuck.values_list("key", flat=True)])
    return rows


def _rows(kind: str, records: list[Any]) -> list[PostingRow]:
    """The records with what the outbox, the links and the list of those left out know. Six statements."""
    ids, local = [record.pk for record in records], KINDS[kind].local
    states: dict[int, Any] = posting.states(kind, ids)
    kept = ExternalLink.objects.filter(
        provider=PROVIDER,
        local_kind=local,
        local_id__in=ids,
        state__in=[ExternalLink.State.ACTIVE, ExternalLink.State.DELETED],
    )
    links = {link.local_id: link for link in kept}
    rows = OutboxRow.objects.filter(kind=KINDS[kind].outbox, key__in=[str(pk) for pk in ids])
    sent = {int(row.key): row for row in rows.exclude(state=OutboxRow.State.DONE).defer("payload", "answer")}
    left_out = IgnoredPosting.objects.filter(provider=PROVIDER, local_kind=local, local_id__in=ids)
    reasons = dict(left_out.values_list("local_id", "reason"))
    return [
        _row(kind, record, states[record.pk], links.get(record.pk), sent.get(record.pk), reasons)
        for record in records
    ]


def _row(
    kind: str,
    record: Any,
    state: PostingState,
    link: ExternalLink | None,
    sent: OutboxRow | None,
    reasons: dict[int, str],
) -> PostingRow:
    name, on, currency, amount, minutes = FACTS[kind](record)
    return PostingRow(
        id=record.pk,
        name=name,
        on=on,
        currency=currency,
        amount=amount,
        minutes=minutes,
        state=state,
        remote_type=link.remote_type if link else "",
        remote_id=link.remote_id if link else "",
        url=record_url(link.account_id, link.remote_type, link.remote_id) if link else "",
        message=sent.last_error if sent else reasons.get(record.pk, ""),
        fix=sent.fix if sent else "",
        posted_at=link.linked_at if link else None,
    )


# Name, day, currency, amount and minutes of a record.
FACTS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    INVOICE: lambda bill: (bill.number, bill.issued_on, bill.currency, bill.total_amount, None),
    PAYMENT: lambda paid: (paid.reference, paid.received_on, paid.currency, paid.amount, None),
    "time": lambda line: (line.note[:80], line.worked_on, "", None, line.worked_minutes),
}


def _problems(found: list[Problem]) -> list[ProblemRow]:
    return [ProblemRow.from_orm(problem) for problem in found]
