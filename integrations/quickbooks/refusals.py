"""What QuickBooks refuses, in words for people, with the way out (integrations.md A10)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from core import outbox
from core.outbox import NeedsAttention
from integrations.links import LinkedAlready
from integrations.quickbooks.bodies import LinkIsMissing
from integrations.quickbooks.faults import (
    AccessLost,
    Bug,
    NotThere,
    QuickBooksError,
    Refused,
    Throttled,
    Unknown,
)

# How soon it is tried again until somebody connects anew.
ACCESS_IS_LOST = timedelta(minutes=15)

CLOSED = "The books in QuickBooks are closed for this date."
OPEN_BOOKS = "Have the period reopened there, or leave this out of QuickBooks; then try again."
PULL = "Pull the lists, look at the mapping, then try again."
MAP = "Choose another one under Mapping, then try again."

# code: (what is wrong, what to do); the detail of QuickBooks is added where it says more
KNOWN: dict[str, tuple[str, str]] = {
    "6000": ("QuickBooks's own rules do not allow this.", "Put it right there or here, then try again."),
    "6140": (
        "QuickBooks already has a document with this number, and it is not from here.",
        "Change the number there and try again, or leave this one out of QuickBooks.",
    ),
    "6190": (
        "The QuickBooks subscription has lapsed.",
        "Renew it there, then try again.",
    ),
    "6200": (CLOSED, OPEN_BOOKS),
    "6210": (CLOSED, OPEN_BOOKS),
    "6240": (
        "QuickBooks already has a customer, vendor or employee of this name.",
        "Link the client with its customer under Mapping, or rename one of the two; then try again.",
    ),
    "6250": ("The customer is inactive or gone in QuickBooks.", PULL),
    "2500": ("Something that this refers to is inactive or gone in QuickBooks.", PULL),
    "620": (
        "An invoice that this pays can no longer be paid in QuickBooks.",
        "Look at it there, then try again.",
    ),
    "2050": ("A text is too long for QuickBooks.", "Shorten it here, then try again."),
    "2220": ("QuickBooks does not know this currency.", "Turn on several currencies there, then try again."),
    "5020": (
        "Whoever connected QuickBooks may not do this there.",
        "Have an administrator connect it again.",
    ),
    "5030": (
        "The QuickBooks subscription does not include this.",
        "Change the plan there, or leave this out.",
    ),
    "6430": ("The account is of the wrong kind.", MAP),
    "6440": ("A line has no item.", MAP),
}
TAX = {"6100", "6160", "6170", "6230", "6470"}


def attention(kind: str, refusal: Refused) -> NeedsAttention:
    """The sentence and the fix for a refusal; what nobody foresaw keeps QuickBooks's own words."""
    if isinstance(refusal, NotThere):
        return NeedsAttention(
            _with("Something that this refers to is gone or inactive there.", refusal), fix=PULL
        )
    if refusal.code in TAX:
        words = _with("QuickBooks does not take the sales tax.", refusal)
        return NeedsAttention(words, fix="Look at the tax settings there, then try again.")
    known = KNOWN.get(refusal.code)
    if known is None:
        return NeedsAttention(refusal.message, fix="Put it right there or here, then try again.")
    return NeedsAttention(_with(known[0], refusal), fix=known[1])


def taken_number(number: str) -> NeedsAttention:
    """6140: the invoice of this number there does not come from here."""
    words = f"QuickBooks already has an invoice {number}, and it is not from here. Nothing was sent."
    return NeedsAttention(words, fix=KNOWN["6140"][1])


@contextmanager
def outbox_errors(kind: str) -> Iterator[None]:
    """Turns whatever went wrong with QuickBooks into the outbox's four errors.

    Waiting for a turn, for access or for another record is no failure of this one, however long it takes.
    """
    try:
        yield
    except Throttled as error:
        raise outbox.TryAgainLater(error.message, after=error.after, is_waiting=True) from error
    except (LinkIsMissing, LinkedAlready, QuickBooksError) as error:
        raise _translated(kind, error) from error


def _translated(kind: str, error: LinkIsMissing | LinkedAlready | QuickBooksError) -> outbox.DeliveryError:
    if isinstance(error, AccessLost):
        return outbox.TryAgainLater(error.message, after=ACCESS_IS_LOST, is_waiting=True)
    if isinstance(error, LinkIsMissing):
        return outbox.TryAgainLater(error.message)
    if isinstance(error, LinkedAlready):
        words = "QuickBooks answered with a record that belongs to another one of yours."
        return NeedsAttention(words, fix="Try again: it gets a record of its own.")
    if isinstance(error, Unknown):
        return outbox.Unknown(error.message)
    if isinstance(error, Refused):
        return attention(kind, error)
    if isinstance(error, Bug):
        detail = f"{error.code} {error.detail}".strip()
        return outbox.NeverWorks(f"{error.message} ({detail})" if detail else error.message)
    # Away, stale, and an access token that was renewed meanwhile.
    return outbox.TryAgainLater(error.message)


def _with(sentence: str, refusal: Refused) -> str:
    return f"{sentence} It says: {refusal.detail}" if refusal.detail else sentence
