"""Telling people where their firm is, and how to get in again."""

from datetime import datetime
from hashlib import sha256

from core import hosts, mail
from core.models import Mail
from people.letterhead import letterhead
from people.models import User


def remind_of_address(*, email: str, at: datetime) -> Mail | None:
    """Writes this firm's address to somebody who signs in here; None for anybody else. At most once a day."""
    person = User.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        return None
    firm = letterhead()
    context = firm | {"person": person, "url": hosts.firm_url("/account/sign-in/"), "home": hosts.firm_url()}
    subject, text, html = mail.render_mail("people/mail/address", context)
    return mail.post(
        "people.address",
        to=[person.email],
        subject_key="address",
        subject=subject,
        text=text,
        html=html,
        from_name=firm["firm_name"],
        at=at,
    )


def send_reset_link(*, person: User, url: str, at: datetime) -> Mail:
    """Mails the link that sets a new password. Each link is another mail; allauth limits how many."""
    firm = letterhead()
    subject, text, html = mail.render_mail(
        "people/mail/password_reset", firm | {"person": person, "url": url}
    )
    return mail.post(
        "people.password_reset",
        to=[person.email],
        subject_key=sha256(url.encode()).hexdigest()[:32],
        subject=subject,
        text=text,
        html=html,
        from_name=firm["firm_name"],
        is_secret=True,
        at=at,
    )
