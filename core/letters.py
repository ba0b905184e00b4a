"""Many mails in one go, as schedules write them: a constant number of statements, however many people.

What `core.mail` promises of one mail holds for each: at most once for (kind, person, subject, day), written in the
caller's transaction, claimed and committed before SMTP.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from core import mail, outbox
from core.models import Mail


@dataclass(frozen=True)
class Letter:
    """One mail to an address that is known to be one, or to several. `related_id` names the thing it is about."""

    to: str
    person_key: str
    subject_key: str
    subject: str
    text: str
    html: str
    from_name: str = ""
    reply_to: str = ""
    related_id: str = ""
    # When it may leave; at once without.
    not_before: datetime | None = None
    # Who gets it besides, openly and as a copy.
    also: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    # Ids of stored files that go with it.
    files: tuple[int, ...] = ()


def post_many(
    kind: str, letters: Sequence[Letter], *, at: datetime, related_kind: str = "", is_reminder: bool = True
) -> list[Mail]:
    """Writes mails and outbox rows in the caller's transaction. Returns the new ones; a repetition adds none.

    Five statements, one more for attachments, and none for no letters.
    """
    # In one order, so that two schedules at once wait for each other and do not lock each other out.
    listed = sorted(letters, key=lambda one: (one.person_key, one.subject_key))
    wanted = [_mail(kind, letter, at, related_kind, is_reminder) for letter in listed]
    if not wanted:
        return []
    with transaction.atomic():
        Mail.objects.bulk_create(wanted, ignore_conflicts=True)
        made = list(Mail.objects.filter(message_id__in=[one.message_id for one in wanted]).order_by("pk"))
        _attach(made, {one.message_id: letter.files for one, letter in zip(wanted, listed, strict=True)})
        keys = {f"{one.pk}.{one.generation}": {"mail": one.pk, "generation": one.generation} for one in made}
        times = {f"{one.pk}.{one.generation}": one.not_before for one in made}
        outbox.enqueue_many(mail.OUTBOX_KIND, keys, at=at, payloads=keys, not_before=times)
    return made


def _attach(made: Sequence[Mail], files: dict[str, tuple[int, ...]]) -> None:
    """The files of the new mails. One statement, none without files."""
    through = Mail.attachments.through
    rows = [
        through(mail_id=one.pk, storedfile_id=file_id)
        for one in made
        for file_id in dict.fromkeys(files[one.message_id])
    ]
    if rows:
        through.objects.bulk_create(rows)


def _mail(kind: str, letter: Letter, at: datetime, related_kind: str, is_reminder: bool) -> Mail:
    return Mail(
        kind=kind,
        to=list(dict.fromkeys((letter.to, *letter.also))),
        cc=list(letter.cc),
        reply_to=[letter.reply_to] if letter.reply_to else [],
        from_name=" ".join(letter.from_name.split())[:120],
        person_key=letter.person_key[:320],
        subject_key=letter.subject_key[:160],
        day=at.date(),
        subject=" ".join(letter.subject.split())[:250],
        text=letter.text,
        html=letter.html,
        message_id=f"<{uuid.uuid4().hex}@{settings.BASE_DOMAIN}>",
        is_reminder=is_reminder,
        not_before=letter.not_before or at,
        related_kind=related_kind,
        related_id=letter.related_id,
    )
