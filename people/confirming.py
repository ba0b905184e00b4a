"""Proving that it is the person who sits there: the password again, or a code of the authenticator app."""

from allauth.mfa.models import Authenticator
from django.core.cache import cache

from core.errors import Refusal
from people.models import User

ATTEMPTS = 5
ATTEMPTS_SECONDS = 300


class NotConfirmed(Refusal):
    """What was typed is neither the password nor a code that the person's app shows now."""


def confirm(*, person: User, typed: str, field: str = "password") -> str:
    """How it was confirmed: "password" or "app". A code counts once.

    Raises NotConfirmed at `field`; after five wrong tries it waits five minutes.
    """
    key = f"confirm:{person.pk}"
    # Counted before it is looked at, so that many tries at once are no way around the limit.
    if _tries(key) > ATTEMPTS:
        raise NotConfirmed("Too many wrong passwords. Wait five minutes and try again.", field=field)
    method = _method(person, typed)
    if not method:
        raise NotConfirmed("This is not your password.", field=field)
    cache.delete(key)
    return method


def _method(person: User, typed: str) -> str:
    code = "".join(typed.split())
    if len(code) == 6 and code.isascii() and code.isdigit():
        app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
        if app is not None and app.wrap().validate_code(code):
            app.record_usage()
            return "app"
    return "password" if person.check_password(typed) else ""


def _tries(key: str) -> int:
    """How many tries there were within five minutes, this one included."""
    cache.add(key, 0, ATTEMPTS_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:
        # The five minutes ended between the two calls.
        return 1
