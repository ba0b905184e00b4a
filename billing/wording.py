"""The firm's own words in mails to clients: variables in braces, filled for each document."""

import difflib
import re
from collections.abc import Mapping

from core.errors import Refusal

# What each variable stands for, in the order in which the page lists them.
VARIABLES = {
    "client": "Name of the client",
    "number": "Number of the document",
    "title": "What it is for",
    "amount": "What is open of it, with the currency",
    "due": "The day it is due",
    "po": "The client's PO number",
    "firm": "Your company",
    "sender": "Who sends it",
    "link": "Address of the page to pay",
}
# A credit memo asks for nothing.
NOT_ON_CREDITS = frozenset({"due", "link"})
BRACES = re.compile(r"\{([^{}\n]*)\}")
STRAY = re.compile(r"[{}]")


class UnknownVariable(Refusal):
    """A word in braces that stands for nothing."""


def variables_of(kind: str) -> dict[str, str]:
    """Which variables a kind of mail has."""
    return {
        name: words for name, words in VARIABLES.items() if kind != "CREDIT" or name not in NOT_ON_CREDITS
    }


def why_not(text: str, kind: str) -> str:
    """What is wrong with the variables of a text, in words; empty when nothing is."""
    known = variables_of(kind)
    for name in BRACES.findall(text):
        if name not in known:
            near = difflib.get_close_matches(name.strip().lower(), known, n=1)
            hint = f"Did you mean {{{near[0]}}}?" if near else f"There are {_listed(known)}."
            return f"{{{name}}} is no variable here. {hint}"
    if STRAY.search(BRACES.sub("", text)):
        return "A brace stands alone. Variables are written like {number}."
    return ""


def check_words(text: str, kind: str, *, field: str) -> None:
    """Raises UnknownVariable (that field)."""
    if wrong := why_not(text, kind):
        raise UnknownVariable(wrong, field=field)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; one without a value becomes nothing, and a line left empty goes."""
    lines = []
    for line in text.splitlines():
        said = BRACES.sub(lambda found: values.get(found.group(1), ""), line)
        if said.strip() or not line.strip():
            lines.append(said.rstrip())
    return "\n".join(lines).strip()


def _listed(known: Mapping[str, str]) -> str:
    *first, last = [f"{{{name}}}" for name in known]
    return f"{', '.join(first)} and {last}"
