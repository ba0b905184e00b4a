"""Word about reviews: to whoever is asked to look at a draft, and to its drafter about what became of it.

Receivers of the facts of this room: they write mails only.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals.approvers import delegations_at
from approvals.models import Seat
from billing.access import REVIEW_INVOICES
from billing.models import Invoice
from billing.reviews import KIND
from core.hosts import firm_url
from people.models import Role, User
from people.telling import Word, tell

WAITS = "billing.review_waits"
RETURNED = "billing.review_returned"
APPROVED = "billing.review_approved"


def tell_reviewers(sender: Any, invoices: Sequence[Invoice], by: User, at: datetime, **facts: Any) -> None:
    """One mail about each draft to everybody who is asked since that instant, and to who decides in their place."""
    drafts = {draft.pk: draft for draft in invoices}
    seats = Seat.objects.filter(
        state=Seat.State.WAITING, opened_at=at, request__subject_kind=KIND, request__subject_id__in=drafts
    )
    found = list(seats.select_related("request__owner", "waits_for__user").order_by("position", "pk"))
    words = []
    for seat, readers in zip(found, _readers(found, at), strict=True):
        draft = drafts[seat.request.subject_id]
        url = firm_url(reverse("billing:review-invoice", args=[draft.pk]))
        key = f"{draft.pk}.{draft.version}.{seat.position}"
        told = [reader for reader in readers if reader != by and reader != seat.request.owner.user]
        words += [Word(reader, draft, key, {"invoice": draft, "url": url}) for reader in told]
    tell(WAITS, "billing/mail/review_waits", words, by=by, at=at)


def tell_returned(sender: Any, invoice: Invoice, by: User, at: datetime, reason: str, **facts: Any) -> None:
    """To the drafter, with the reason."""
    tell(RETURNED, "billing/mail/review_returned", _to_drafters([invoice], by, reason), by=by, at=at)


def tell_approved(sender: Any, invoices: Sequence[Invoice], by: User, at: datetime, **facts: Any) -> None:
    """To each drafter, who can issue it now."""
    tell(APPROVED, "billing/mail/review_approved", _to_drafters(invoices, by), by=by, at=at)


def _to_drafters(invoices: Sequence[Invoice], by: User, reason: str = "") -> list[Word]:
    """A word about each draft that somebody else has drafted."""
    return [
        Word(
            draft.drafted_by,
            draft,
            f"{draft.pk}.{draft.version}",
            {
                "invoice": draft,
                "url": firm_url(reverse("billing:draft", args=[draft.pk])),
                "reason": reason,
            },
        )
        for draft in invoices
        if draft.drafted_by != by
    ]


def _readers(seats: Sequence[Seat], at: datetime) -> list[list[User]]:
    """Who decides for each seat: a person and their delegates, a role's holders, else all who decide on every draft."""
    delegates: defaultdict[int, list[User]] = defaultdict(list)
    for delegation in delegations_at(at).select_related("delegate__user"):
        if delegation.delegate.user is not None:
            delegates[delegation.approver_id].append(delegation.delegate.user)
    holders: dict[int | None, list[User]] = {
        role.pk: list(role.users.all())
        for role in Role.objects.filter(pk__in={seat.role_id for seat in seats}).prefetch_related("users")
    }
    if any(seat.waits_for_id is None and seat.role_id is None for seat in seats):
        everything = User.objects.filter(roles__rights__contains=[REVIEW_INVOICES], is_active=True)
        holders[None] = list(everything.distinct())
    found = []
    for seat in seats:
        person = seat.waits_for
        if person is None:
            found.append(holders.get(seat.role_id, []))
        else:
            found.append([*([person.user] if person.user else []), *delegates[person.pk]])
    return found
