"""Mail, at most once for (kind, person, subject, day).

SMTP has no request id, so a mail is claimed and the claim committed before the server hears of it. A mail that was
claimed and never confirmed is *unsure*: a reminder is then dropped, any other asks a person. It is never sent again
by itself.
"""

import contextlib
import smtplib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.validators import validate_email
from django.db import models, transaction
from django.template import Context, loader

from core import audit, outbox
from core.actors import Actor
from core.errors import Refusal
from core.models import Mail, OutboxRow, StoredFile
from core.transitions import Transitions

OUTBOX_KIND = "core.mail"
# How long a mail waits where the page offers to undo the sending.
UNDO_SECONDS: int = settings.MAIL_UNDO_SECONDS
SERVER_DOWN = timedelta(minutes=2)

State = Mail.State
moves = Transitions(
    {
        State.QUEUED: {State.CLAIMED, State.CANCELED, State.FAILED},
        State.CLAIMED: {State.SENT, State.UNSURE, State.FAILED, State.QUEUED},
        State.UNSURE: {State.QUEUED, State.SENT},
        State.FAILED: {State.QUEUED},
        State.CANCELED: {State.QUEUED},
    }
)

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class NotAnAddress(Refusal):
    """A mail address that no mail can go to."""


class MailHasLeft(Refusal):
    """Too late to take the mail back."""

    sentence = "This mail has left already."


def render_mail(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML from `<template>.txt` (its first line is the subject) and `<template>.html`.

    The text is not escaped, the HTML is. Styles stand in a <style> element and are inlined when the mail leaves.
    """
    plain: Any = loader.get_template(f"{template}.txt")
    words = plain.template.render(Context(dict(context), autoescape=False)).strip()
    subject, _, text = words.partition("\n")
    return subject.strip(), text.strip() + "\n", loader.render_to_string(f"{template}.html", dict(context))


def check_addresses(listed: Sequence[str], name: str) -> list[str]:
    """The addresses, tidied, each once. Raises NotAnAddress for the field `name`."""
    tidy = [address.strip() for address in listed if address.strip()]
    for address in tidy:
        try:
            validate_email(address)
        except ValidationError:
            raise NotAnAddress(f'"{address}" is not an e-mail address.', field=name) from None
    return list(dict.fromkeys(tidy))


def post(
    kind: str,
    *,
    to: Sequence[str],
    subject_key: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    attachments: Sequence[StoredFile] = (),
    cc: Sequence[str] = (),
    reply_to: Sequence[str] = (),
    from_name: str = "",
    person_key: str = "",
    delay_seconds: int = 0,
    is_reminder: bool = False,
    is_secret: bool = False,
    related: models.Model | None = None,
) -> Mail:
    """Writes the mail and its outbox row in the caller's transaction.

    Once for (kind, person_key, subject_key, day of `at` in UTC): a repetition returns the first mail unchanged,
    unless that one was canceled or refused, and so certainly never arrived. `person_key` is whom it is about not to
    bother twice, by default the addresses. The words of an `is_secret` mail (a link that lets somebody in) are blanked
    once it has left. Raises NotAnAddress (field `to` or `cc`).
    """
    receivers, copies = check_addresses(to, "to"), check_addresses(cc, "cc")
    if not receivers:
        raise NotAnAddress("Enter at least one e-mail address.", field="to")
    values = {
        "to": receivers,
        "cc": copies,
        "reply_to": check_addresses(reply_to, "reply_to"),
        "from_name": " ".join(from_name.split())[:120],
        "subject": " ".join(subject.split())[:250],
        "text": text,
        "html": html,
        "is_reminder": is_reminder,
        "is_secret": is_secret,
        "not_before": at + timedelta(seconds=delay_seconds),
        "related_kind": related._meta.label_lower if related else "",
        "related_id": str(related.pk) if related else "",
    }
    with transaction.atomic():
        mail, is_new = Mail.objects.select_for_update().get_or_create(
            kind=kind,
            person_key=(person_key or ",".join(sorted(receivers)))[:320],
            subject_key=subject_key,
            day=at.date(),
            defaults=values | {"message_id": f"<{uuid.uuid4().hex}@{settings.BASE_DOMAIN}>"},
        )
        if not is_new and mail.state not in (State.CANCELED, State.FAILED):
            return mail
        if not is_new:
            _queue(mail, **values)
        mail.attachments.set(attachments)
        _enqueue(mail, at)
    return mail


def cancel(mail: Mail, *, by: Actor | None, at: datetime) -> Mail:
    """Takes a waiting mail back while its delay lasts. Raises MailHasLeft."""
    with transaction.atomic():
        audit.acting("mail.cancel", by=by, subject=mail)
        waiting = Mail.objects.filter(pk=mail.pk, state=State.QUEUED, not_before__gt=at)
        if not waiting.update(state=State.CANCELED):
            raise MailHasLeft
        mail.refresh_from_db()
    return mail


def call_off(
    kind: str, about: type[models.Model], ids: Iterable[int], *, by: Actor | None, at: datetime
) -> None:
    """Takes back the waiting mails of a kind about these things; what has left stays sent."""
    waiting = Mail.objects.filter(
        kind=kind,
        state=State.QUEUED,
        not_before__gt=at,
        related_kind=about._meta.label_lower,
        related_id__in=[str(pk) for pk in ids],
    )
    for mail in waiting:
        with contextlib.suppress(MailHasLeft):
            cancel(mail, by=by, at=at)


def take_back(ids: Iterable[int], *, by: Actor | None, at: datetime) -> set[int]:
    """Cancels those of these mails that no worker has claimed yet, also when their delay is over; returns their ids.

    For what is no longer true, such as a reminder of an invoice that was paid meanwhile. Three statements.
    """
    waiting = Mail.objects.filter(pk__in=set(ids), state=State.QUEUED)
    with transaction.atomic():
        found = set(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))
        if found:
            audit.acting("mail.take_back", by=by, mails=sorted(found))
            Mail.objects.filter(pk__in=found).update(state=State.CANCELED)
    return found


def send_again(mail: Mail, *, by: Actor | None, at: datetime) -> Mail:
    """Sends a mail that was refused, or of which nobody knows whether it left, because a person decided so.

    It keeps its Message-ID, so a mailbox that has it already shows it once. Raises IllegalMove.
    """
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail.pk)
        moves.check(mail, State.QUEUED)
        audit.acting("mail.send_again", by=by, subject=mail)
        _queue(mail, not_before=at)
        _enqueue(mail, at)
    return mail


def confirm_sent(mail: Mail, *, by: Actor | None) -> Mail:
    """A person found out that an unsure mail did arrive. Raises IllegalMove."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail.pk)
        audit.acting("mail.confirm_sent", by=by, subject=mail)
        moves.move(mail, State.SENT)
        mail.sent_at = mail.claimed_at
        for name, value in _kept(mail).items():
            setattr(mail, name, value)
        mail.save(update_fields=["state", "sent_at", "text", "html"])
    return mail


def deliver(row: OutboxRow) -> Mapping[str, Any]:
    """The outbox's delivery of a mail: claim, commit, SMTP, note."""
    mail = Mail.objects.get(pk=row.payload["mail"])
    if mail.generation != row.payload["generation"] or mail.state in (State.CANCELED, State.SENT):
        return {"mail": mail.state}
    try:
        message = as_message(mail)
    except (OSError, ValueError) as error:
        raise _refused(mail, f"It could not be put together: {error}") from error
    mine = Mail.objects.filter(pk=mail.pk, generation=mail.generation, state=State.QUEUED)
    if not mine.filter(not_before__lte=row.claimed_at).update(state=State.CLAIMED, claimed_at=row.claimed_at):
        raise outbox.Unknown("Somebody else claimed this mail.")
    unsure = _hand_over(mail, message)
    if unsure is not None:
        return unsure
    Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=row.claimed_at, error="", **_kept(mail))
    return {"mail": State.SENT}


def read_back(row: OutboxRow) -> Mapping[str, Any] | None:
    """What became of a mail whose worker fell silent: a claimed one may have left."""
    mail = Mail.objects.get(pk=row.payload["mail"])
    if mail.generation != row.payload["generation"]:
        return {"mail": mail.state}
    if mail.state == State.CLAIMED:
        return _unsure(mail, "The worker stopped while it was sending.")
    return None if mail.state == State.QUEUED else {"mail": mail.state}


def as_message(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it leaves: text, HTML with its styles inlined, attachments, a Message-ID that stays the same."""
    sender = settings.DEFAULT_FROM_EMAIL
    if mail.from_name:
        sender = str(Address(display_name=mail.from_name, addr_spec=sender))
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        sender,
        mail.to,
        cc=mail.cc,
        reply_to=mail.reply_to,
        headers={"Message-ID": mail.message_id},
    )
    if mail.html:
        message.attach_alternative(_inliner.inline(mail.html), "text/html")
    for file in mail.attachments.order_by("pk"):
        message.attach(file.name, file.read(), file.content_type)
    return message


def _hand_over(mail: Mail, message: EmailMultiAlternatives) -> Mapping[str, Any] | None:
    """Gives a claimed mail to the server, and tells *certainly not* (raises) from *perhaps*. None: it was taken."""
    server = mailers["default"]
    try:
        server.open()
    except OSError as error:
        raise _try_again(mail, error) from error
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _by_code(mail, code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(mail, error.smtp_code, error.smtp_error) from error
    except ValueError as error:
        raise _refused(mail, str(error)) from error
    except OSError as error:
        return _unsure(mail, str(error))
    finally:
        # The server has the mail by then; how the connection ends says nothing about it.
        with contextlib.suppress(OSError):
            server.close()
    return None


def _by_code(mail: Mail, code: int, words: bytes | str) -> outbox.DeliveryError:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    if 400 <= code < 500:
        return _try_again(mail, f"{code} {said}")
    return _refused(mail, f"The mail server answered {code}: {said}")


def _try_again(mail: Mail, error: object) -> outbox.TryAgainLater:
    Mail.objects.filter(pk=mail.pk, state=State.CLAIMED).update(state=State.QUEUED, error=str(error))
    return outbox.TryAgainLater(str(error), after=SERVER_DOWN)


def _refused(mail: Mail, error: str) -> outbox.NeedsAttention:
    Mail.objects.filter(pk=mail.pk, state__in=[State.QUEUED, State.CLAIMED]).update(
        state=State.FAILED, error=error
    )
    return outbox.NeedsAttention(error, fix="Check the address, then send the mail again.")


def _unsure(mail: Mail, error: str) -> Mapping[str, Any]:
    """Notes that nobody knows whether the mail left. A reminder is dropped; else raises NeedsAttention."""
    Mail.objects.filter(pk=mail.pk, state=State.CLAIMED).update(state=State.UNSURE, error=error)
    if mail.is_reminder:
        return {"mail": State.UNSURE}
    raise outbox.NeedsAttention(error, fix="Ask whether it arrived. If it did not, send it again.")


def _kept(mail: Mail) -> dict[str, str]:
    """What stays of the words of a mail that has left: nothing of a secret."""
    return {"text": "", "html": ""} if mail.is_secret else {"text": mail.text, "html": mail.html}


def _queue(mail: Mail, **values: Any) -> None:
    moves.move(mail, State.QUEUED)
    mail.generation, mail.claimed_at, mail.error = mail.generation + 1, None, ""
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save()


def _enqueue(mail: Mail, at: datetime) -> None:
    outbox.enqueue(
        OUTBOX_KIND,
        f"{mail.pk}.{mail.generation}",
        {"mail": mail.pk, "generation": mail.generation},
        at=at,
        not_before=mail.not_before,
    )
