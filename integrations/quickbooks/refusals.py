"""What QuickBooks refuses, in words for people, with the way out (integrations.md A10)."""

from core.outbox import NeedsAttention
from integrations.quickbooks.faults import NotThere, Refused

CLOSED = "The books in QuickBooks are closed for this date."
OPEN_BOOKS = "Have the period reopened there, or leave this out of QuickBooks; then try again."
PULL = "Pull the lists, look at the mapping, then try again."
MAP = "Choose another one under Mapping, then try again."

# code: (what is wrong, what to do); the detail of QuickBooks is added where it says more
KNOWN: dict[str, tuple[str, str]] = {
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


def _with(sentence: str, refusal: Refused) -> str:
    return f"{sentence} It says: {refusal.detail}" if refusal.detail else sentence
