"""What may be done to single entries on a draft: back to work in progress, hold, bring up to date, delete."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing import billable, staleness
from billing.access import DRAFT_INVOICES
from billing.contract_terms import read_contracts
from billing.drafted_work import drafted_lines
from billing.editing import add_up_anew, lock_draft
from billing.holding_work import check_reason, hold_entries
from billing.layouts import regrouped
from billing.models import BilledTime, Invoice
from billing.pricing.work import PricedLine
from billing.recalculating import rewrite
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.access import EDIT_WORKED
from timesheets.models import TimeEntry


class NotOnDraft(Refusal):
    """None of the entries stands on the draft."""

    sentence = "These entries are no longer on this draft. Load it again to see what is there now."


def drop_entries(
    *, invoice: Invoice, entry_ids: Collection[int], by: User | None, version: int | None = None
) -> int:
    """Takes entries off the draft: they are work in progress again. Returns how many.

    Lines at hours come to less; a fee stays and is spread over the hours that are left on it; a line left without
    hours goes. Raises NotOnDraft, ChangedMeanwhile, IssuedNeverChanges, NotAllowed.
    """
    with _changing(invoice, "invoice.drop_entries", entry_ids, by=by, version=version) as draft:
        return _take_off(draft, entry_ids)


def hold_on_draft(
    *,
    invoice: Invoice,
    entry_ids: Collection[int],
    reason: str,
    by: User | None,
    at: datetime,
    version: int | None = None,
) -> int:
    """Takes entries off the draft and holds them, so that the next draft leaves them too. Raises as drop_entries, and
    HoldHasNoReason."""
    words = check_reason(reason)
    with _changing(invoice, "invoice.hold_entries", entry_ids, by=by, version=version, why=words) as draft:
        _take_off(draft, entry_ids)
        return hold_entries(entry_ids=entry_ids, reason=words, by=by, at=at)


def delete_entries(
    *,
    invoice: Invoice,
    entry_ids: Collection[int],
    reason: str,
    by: User | None,
    version: int | None = None,
) -> int:
    """Takes entries off the draft and deletes them from the timesheets, for good; the audit keeps what they were.

    Takes the right to change what others worked. Raises as drop_entries, HoldHasNoReason without a reason.
    """
    words = check_reason(reason)
    require(by, EDIT_WORKED)
    with _changing(invoice, "invoice.delete_entries", entry_ids, by=by, version=version, why=words) as draft:
        _take_off(draft, entry_ids)
        wanted = TimeEntry.objects.filter(pk__in=list(entry_ids))
        number = wanted.count()
        wanted.delete()
    return number


def update_entries(
    *, invoice: Invoice, entry_ids: Collection[int], by: User | None, version: int | None = None
) -> int:
    """Prices these entries of a stale draft anew and leaves the others as they were drafted. Returns how many changed.

    Raises as drop_entries.
    """
    with _changing(invoice, "invoice.update_entries", entry_ids, by=by, version=version) as draft:
        read_contracts(staleness.projects_of(draft), is_locking=True)
        found = staleness.changes(draft)
        chosen = {change.entry_id for change in found.entries} & set(entry_ids)
        stay = drafted_lines(draft, without=chosen)
        rewrite(draft, regrouped(draft, _with_anew(stay, found.lines, chosen)), anew=chosen)
        draft.is_stale = bool(staleness.changes(draft).entries)
    return len(chosen)


def _with_anew(
    stay: list[PricedLine], anew: Sequence[PricedLine], chosen: Collection[int]
) -> list[PricedLine]:
    """The lines that stay, and the chosen entries as they are priced now on the lines where they belong."""
    found = {(line.contract_line_id, line.key): line for line in stay}
    for line in anew:
        pieces = [piece for piece in line.pieces if piece.work.entry_id in chosen]
        if pieces and line.fee_amount is None:
            target = found.setdefault((line.contract_line_id, line.key), replace(line, pieces=[]))
            target.pieces += pieces
    return list(found.values())


def _take_off(draft: Invoice, entry_ids: Collection[int]) -> int:
    standing = BilledTime.objects.filter(line__invoice=draft, entry__in=list(entry_ids))
    number = standing.values("entry").distinct().count()
    rewrite(draft, drafted_lines(draft, without=entry_ids), anew=())
    if draft.is_stale:
        draft.is_stale = bool(staleness.changes(draft).entries)
    return number


@contextmanager
def _changing(
    invoice: Invoice,
    verb: str,
    entry_ids: Collection[int],
    *,
    by: User | None,
    version: int | None,
    why: str = "",
) -> Iterator[Invoice]:
    """Locks the entries and then the draft: the order in which changes of work go."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        billable.lock(TimeEntry.objects.filter(pk__in=list(entry_ids)))
        draft = lock_draft(invoice.pk, version=version)
        if not BilledTime.objects.filter(line__invoice=draft, entry__in=list(entry_ids)).exists():
            raise NotOnDraft
        with audit.acting(verb, by=by, subject=draft, why=why, entries=sorted(entry_ids)):
            yield draft
            add_up_anew(draft)
