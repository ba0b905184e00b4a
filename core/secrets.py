"""Secrets at rest: encrypted with keys from the environment (settings.FIELD_KEYS, the first encrypts, all decrypt)."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class SecretUnreadable(Exception):
    """None of the keys in FIELD_KEYS opens this secret."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.FIELD_KEYS])


def encrypt(text: str) -> str:
    """The text encrypted with the first key; an empty text stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """The text that was encrypted with any of the keys. Raises SecretUnreadable."""
    if not stored:
        return ""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable("The key that encrypted this secret is not in FIELD_KEYS.") from error


class EncryptedTextField(models.TextField):
    """Text that the database sees encrypted only. It cannot be searched; only `isnull` may be asked."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched.")
        return super().get_lookup(lookup_name)
