"""Secrets at rest."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import models

from core.secrets import EncryptedTextField, SecretUnreadable, decrypt, encrypt


def test_what_is_encrypted_comes_back_and_is_not_readable() -> None:
    stored = encrypt("sk_live_1")
    assert "sk_live" not in stored
    assert stored != encrypt("sk_live_1")
    assert decrypt(stored) == "sk_live_1"
    assert encrypt("") == decrypt("") == ""


def test_an_older_key_still_decrypts_and_a_lost_one_does_not(settings: Any) -> None:
    old, new, other = (Fernet.generate_key().decode() for _ in range(3))
    settings.FIELD_KEYS = [old]
    stored = encrypt("refresh token")
    settings.FIELD_KEYS = [new, old]
    assert decrypt(stored) == "refresh token"
    settings.FIELD_KEYS = [other]
    with pytest.raises(SecretUnreadable, match="FIELD_KEYS"):
        decrypt(stored)


def test_the_field_encrypts_on_the_way_in_and_cannot_be_searched() -> None:
    field: models.Field = EncryptedTextField(name="token")
    stored = field.get_prep_value("abc")
    assert stored != "abc"
    assert field.from_db_value(stored, None, None) == "abc"  # type: ignore[attr-defined]
    assert field.get_prep_value(None) is None
    with pytest.raises(TypeError, match="cannot be searched"):
        field.get_lookup("exact")
    assert field.get_lookup("isnull") is not None
