"""Mails to people of the firm about what somebody did: one for each, under the firm's letterhead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from core import mail
from people.letterhead import letterhead
from people.models import User


@dataclass(frozen=True)
class Word:
    """What one person is told. `key` is the same for a repetition, and another for another matter on the same day."""

    to: User | None
    about: models.Model
    key: str
    context: Mapping[str, Any]


def tell(
    kind: str, template: str, words: Iterable[Word], *, by: User | None, at: datetime, delay_seconds: int = 0
) -> None:
    """Posts a mail for each word whose reader can sign in; answers go to `by`.

    The template's context holds `person`, `by_name` and the letterhead besides the word's own. With a delay the mails
    can be called off by `core.mail.call_off`.
    """
    reachable = [word for word in words if word.to is not None and word.to.is_active]
    letter = letterhead() if reachable else {}
    for word in reachable:
        assert word.to is not None
        own = {"person": word.to, "by_name": by.name if by else "", **word.context}
        subject, text, html = mail.render_mail(template, letter | own)
        mail.post(
            kind,
            to=[word.to.email],
            person_key=str(word.to.pk),
            subject_key=word.key,
            subject=subject,
            text=text,
            html=html,
            from_name=letter["firm_name"],
            reply_to=[by.email] if by else [],
            related=word.about,
            delay_seconds=delay_seconds,
            at=at,
        )
