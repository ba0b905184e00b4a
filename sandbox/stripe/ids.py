"""Identifiers that look like Stripe's."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """For example pi_3Qz…; length counts the random part."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"
