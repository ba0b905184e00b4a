"""What QuickBooks' messages lead to. They only name a record: it is read, and what is found is noted (A11, G1).

Order does not matter, nor repetition: only what is there now counts. A read that fails leaves everything as it is, and
the message is handled again later.
"""

from datetime import datetime

from django.db import transaction

from integrations.links import keep_image
from integrations.models import Arrival, Connection, ExternalLink
from integrations.quickbooks import lists
from integrations.quickbooks.client import Gateway, company
from integrations.quickbooks.lists import Record
from integrations.quickbooks.tokens import PROVIDER, current_connection

State = ExternalLink.State
# What was posted from here; no message says whether it was, the link does.
POSTED = ("Invoice", "Payment", "TimeActivity")
VOIDED = "voided"


def handle(arrival: Arrival, at: datetime) -> bool:
    """Follows the record that the message names; False when it concerns nothing of ours. Raises as Gateway does."""
    told = arrival.payload
    connection = current_connection()
    if connection is None or connection.account_id != told["realm"]:
        return False
    Connection.objects.filter(pk=connection.pk).update(heard_at=at)
    if told["entity"] in POSTED:
        # What was posted from here is known to be new.
        return told["operation"] != "Create" and _follow_posted(told["entity"], told["remote_id"], at)
    if told["entity"] in lists.LISTS:
        return _follow_listed(told["entity"], told["remote_id"], told["deleted_id"], at)
    if told["entity"] == lists.PREFERENCES:
        books = company(at)
        lists.keep_mirror(books.realm, lists.PREFERENCES, [{**books.preferences(), "Id": "1"}], at=at)
        return True
    return False


def _follow_posted(entity: str, remote_id: str, at: datetime) -> bool:
    """Whether a record that we posted is still there and still as it was."""
    books = company(at)
    mine = ExternalLink.objects.filter(
        provider=PROVIDER, account_id=books.realm, remote_type=entity, remote_id=remote_id, state=State.ACTIVE
    )
    if not mine.exists():
        return False
    record = books.find(entity, remote_id)
    with transaction.atomic():
        link = mine.select_for_update().first()
        if link is None:
            return False
        if record is None or is_void(record):
            link.state = State.DELETED
        if record is not None:
            keep_image(link, lists.version_of(record), record)
        link.save()
    return True


def is_void(record: Record) -> bool:
    """A voided record stays, with zeros and *Voided* before its memo (A3)."""
    note = str(record.get("PrivateNote") or "").strip().lower()
    return note.startswith(VOIDED) and not record.get("TotalAmt", 1)


def _follow_listed(entity: str, remote_id: str, merged_id: str, at: datetime) -> bool:
    """A record of a list was added, changed, or merged with another, whose links it takes over."""
    books = company(at)
    record = books.find(entity, remote_id)
    gone = _find_merged(books, entity, merged_id)
    with transaction.atomic():
        if record is not None:
            lists.keep_mirror(books.realm, entity, [record], at=at)
            lists.follow_links(books.realm, entity, [record])
        if gone:
            lists.forget_merged(books.realm, entity, gone=merged_id, kept=remote_id)
    return record is not None or gone


def _find_merged(books: Gateway, entity: str, merged_id: str) -> bool:
    """Whether the merged record is really away: messages may come late, and only what is there now counts."""
    if not merged_id:
        return False
    record = books.find(entity, merged_id)
    return record is None or not lists.is_active(record)
