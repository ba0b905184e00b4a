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


def bare_number(number: str) -> str:
    """A tax number without spaces and signs: `DE 123-456` and `de123456` are equal."""
    return re.sub(r"[\W_]", "", number).upper()


# Addresses at these say nothing about where somebody works.
_ANYBODYS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com gmx.de "
    "gmx.net gmx.com web.de t-online.de proton.me protonmail.com mail.com zoho.com fastmail.com".split()
)


def firm_domain(email: str) -> str:
    """The part behind the @ in lower case; empty for addresses that anybody can have."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in _ANYBODYS else domain
