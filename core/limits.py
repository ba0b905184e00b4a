"""Limits on tries: how often somebody may do a thing in a while, counted in the cache, apart for each firm."""

from hashlib import sha256

from django.core.cache import cache
from django.utils.translation import gettext_noop

from core.errors import Refusal


class TooManyTries(Refusal):
    """The limit is used up. Answered with 429."""

    status = 429
    sentence = gettext_noop("Too many tries. Wait a while, then try again.")


def count_try(name: str, who: str, *, most: int, seconds: int, message: str = "", field: str = "") -> None:
    """Counts one try of `name` by `who` (an address, an id). Raises TooManyTries beyond `most` within `seconds`.

    The window begins with the first try and does not move. The name of who tries is kept as a digest only.
    """
    key = f"limits:{name}:{sha256(who.encode()).hexdigest()[:32]}"
    # add is atomic, and so is incr: of several tries at once none is lost.
    if cache.add(key, 1, timeout=seconds):
        return
    try:
        tries = cache.incr(key)
    except ValueError:
        # The window ended between the two calls.
        cache.add(key, 1, timeout=seconds)
        return
    if tries > most:
        raise TooManyTries(message, field=field)
