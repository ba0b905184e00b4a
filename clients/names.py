"""When two names mean the same company."""

import re
import unicodedata

# Legal forms and fillers that people leave out or write differently.
_IGNORED = frozenset(
    "the and of co company corp corporation inc incorporated llc llp lp ltd limited plc pc pllc "
    "gmbh ag kg sarl sas sa bv nv oy ab as pty".split()
)


def normalised(name: str) -> str:
    """The name without case, accents, signs and legal form: `Okafor & Sons, Inc.` and `Okafor and Sons` are equal."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    words = re.findall(r"\w+", plain.casefold().replace(".", ""))
    return " ".join([word for word in words if word not in _IGNORED] or words)
