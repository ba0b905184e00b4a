"""What mails would say: the usual words to begin from, and an example of each variable."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from billing.models import MailText
from billing.wording import filled
from core.hosts import firm_url
from core.locales import active_locale, written_day
from core.money import format_amount
from people.models import LegalEntity

LANGUAGES = settings.LANGUAGES


@dataclass(frozen=True)
class TextRow:
    """A kind of mail in a language, and the firm's own words for it if there are any."""

    kind: str
    label: str
    language: str
    language_name: str
    own: MailText | None


def text_rows() -> list[TextRow]:
    """Each kind in each language. One statement."""
    known = {(one.kind, one.language): one for one in MailText.objects.all()}
    return [
        TextRow(kind, label, code, name, known.get((kind, code)))
        for kind, label in MailText.Kind.choices
        for code, name in LANGUAGES
    ]


def usual_words(kind: str, language: str) -> tuple[str, str]:
    """Subject and text that the firm begins from, with variables, in that language."""
    with translation.override(language):
        if kind == MailText.Kind.CREDIT:
            subject = f"{gettext('Credit memo')} {{number}}: {{amount}}"
            words = gettext("please find our credit memo for {title}.")
        elif kind == MailText.Kind.DEPOSIT:
            subject = f"{gettext('Deposit request')} {{number}}: {{amount}}"
            words = gettext("please find our deposit request. It is due {due}.")
        else:
            subject = f"{gettext('Invoice')} {{number}}: {{amount}}"
            words = gettext("here is our invoice for {title}. It is due {due}.")
        return subject, f"{gettext('Hello,')}\n\n{words}\n\n{gettext('Kind regards')}\n{{sender}}, {{firm}}"


def example_of(entity: LegalEntity, *, language: str, on: date) -> dict[str, str]:
    """A value for each variable, as the language writes it."""
    with translation.override(language):
        return {
            "client": "City of Larkspur",
            "number": "HM-2026-0418",
            "title": "Larkspur Water Main Renewal",
            "amount": format_amount(Decimal("18240"), entity.currency, active_locale()),
            "due": written_day(on),
            "po": "PO-0417",
            "firm": entity.name,
            "sender": "Kemi Ogundipe",
            "link": firm_url("/pay/…/"),
        }


def shown(text: str, example: dict[str, str]) -> str:
    """The words as a client would read them."""
    return filled(text, example)
