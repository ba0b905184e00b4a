"""International bank account numbers."""

import re

SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def is_iban(text: str) -> bool:
    """Whether it has the shape of an IBAN and its check digits fit (ISO 13616: the number modulo 97 is 1)."""
    if not SHAPE.fullmatch(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
