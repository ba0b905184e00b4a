"""The firm's own words of mails: written, changed, and the usual ones brought back."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from billing.access import MANAGE_BILLING
from billing.models import MailText
from billing.wording import check_words
from core import audit
from core.errors import Refusal
from core.mail import check_addresses
from core.promises import promises
from people.access import require
from people.models import User

LANGUAGES = dict(settings.LANGUAGES)


class UnknownLanguage(Refusal):
    """There are no documents in it."""

    sentence = "Documents are not written in that language."


def save_mail_text(
    *, kind: str, language: str, subject: str, text: str, copies: Sequence[str], by: User | None
) -> MailText:
    """The words of a kind of mail in a language, from the next sending on; `copies` get each of them.

    Raises NotAllowed, UnknownLanguage, UnknownVariable (field subject or text), NotAnAddress.
    """
    require(by, MANAGE_BILLING)
    if language not in LANGUAGES:
        raise UnknownLanguage(field="language")
    check_words(subject, kind, field="subject")
    check_words(text, kind, field="text")
    copies = check_addresses(copies, "copies")
    with promises(), transaction.atomic():
        own = MailText.objects.select_for_update().filter(kind=kind, language=language).first()
        own = own or MailText(kind=kind, language=language)
        is_new = own.pk is None
        own.subject, own.text, own.copies = " ".join(subject.split())[:200], text.strip(), list(copies)
        if not is_new:
            audit.acting("mail_text.edit", by=by, subject=own)
        own.save()
        if is_new:
            audit.acting("mail_text.add", by=by, subject=own)
    return own


def remove_mail_text(*, text: MailText, by: User | None) -> None:
    """The usual words again. Raises NotAllowed."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        audit.acting("mail_text.remove", by=by, subject=text)
        text.delete()
