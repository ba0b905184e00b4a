"""Correcting the books: by the opposite entry, never by a change."""

from datetime import date

from django.db import transaction

from core.errors import Refusal
from ledger.models import JournalEntry
from ledger.posting import Line, post_entry
from people.models import User


class AlreadyReversed(Refusal):
    """The entry was reversed before."""

    sentence = "This journal entry was reversed already."


def reverse_entry(
    *, entry: JournalEntry, on: date, by: User | None, memo: str = "", source_kind: str = ""
) -> JournalEntry:
    """Posts the opposite of `entry` on a day of its own. Raises AlreadyReversed, BooksAreClosed."""
    with transaction.atomic():
        entry = JournalEntry.objects.select_for_update().get(pk=entry.pk)
        if JournalEntry.objects.filter(reverses=entry).exists():
            raise AlreadyReversed
        lines = entry.lines.select_related("account", "client", "project").order_by("id")
        return post_entry(
            entity=entry.entity,
            posted_on=on,
            memo=memo or f"Reversal of {entry.memo}",
            currency=entry.currency,
            source_kind=source_kind or entry.source_kind,
            lines=[
                Line(
                    line.account.purpose,
                    debit=line.credit_amount,
                    credit=line.debit_amount,
                    client=line.client,
                    project=line.project,
                    account=line.account,
                )
                for line in lines
            ],
            by=by,
            reverses=entry,
        )
