"""Secrets in links: single use, expiry, forgery, several at once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core import tokens
from core.models import Job, PublicLink, Token
from core.tokens import TokenExpired, TokenRevoked, TokenUnknown, TokenUsed
from tenants.models import Firm
from tests.core.people import DANA, NOW
from tests.two_connections import at_once

HOUR = timedelta(hours=1)


def subject() -> Job:
    return Job.objects.create(kind="test", title="A subject")


def issue(purpose: str = "invite", thing: Job | None = None) -> str:
    return tokens.issue(purpose, thing or subject(), lifetime=HOUR, at=NOW, by=DANA)


def test_only_a_digest_is_kept(firm: Any) -> None:
    raw = issue()
    token = tokens.find("invite", raw, at=NOW)
    assert len(raw) >= 43
    assert raw not in str(Token.objects.filter(pk=token.pk).values())
    assert (token.subject_kind, token.created_by_name, token.expires_at) == (
        "core.job",
        "Dana Ruiz",
        NOW + HOUR,
    )


def test_a_token_is_used_once(firm: Any) -> None:
    raw = issue()
    token = tokens.use(tokens.find("invite", raw, at=NOW), at=NOW)
    assert token.used_at == NOW
    with pytest.raises(TokenUsed, match="used already"):
        tokens.find("invite", raw, at=NOW)
    with pytest.raises(TokenUsed):
        tokens.use(token, at=NOW)


def test_a_token_expires_to_the_second(firm: Any) -> None:
    raw = issue()
    token = tokens.find("invite", raw, at=NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(TokenExpired) as refusal:
        tokens.find("invite", raw, at=NOW + HOUR)
    assert refusal.value.status == 410
    with pytest.raises(TokenExpired):
        tokens.use(token, at=NOW + HOUR)


def test_revoking_reaches_tokens_that_were_not_used(firm: Any) -> None:
    thing = subject()
    used, open_one, other = issue(thing=thing), issue(thing=thing), issue("reset", thing)
    tokens.use(tokens.find("invite", used, at=NOW), at=NOW)
    assert tokens.revoke("invite", thing, at=NOW) == 1
    with pytest.raises(TokenRevoked):
        tokens.find("invite", open_one, at=NOW)
    with pytest.raises(TokenUsed):
        tokens.find("invite", used, at=NOW)
    assert tokens.find("reset", other, at=NOW)


def test_forged_and_misused_tokens_are_unknown(firm: Any) -> None:
    raw = issue()
    for purpose, text in [
        ("reset", raw),
        ("invite", raw + "x"),
        ("invite", raw[:-1]),
        ("invite", ""),
        ("invite", "ü"),
    ]:
        with pytest.raises(TokenUnknown) as refusal:
            tokens.find(purpose, text, at=NOW)
        assert refusal.value.status == 404


def test_a_token_of_two_at_once_has_one_winner(own_firm: Any) -> None:
    token = tokens.find("invite", issue(), at=NOW)
    outcomes = at_once(own_firm, *[lambda: tokens.use(Token.objects.get(pk=token.pk), at=NOW)] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Token",
        "TokenUsed",
        "TokenUsed",
        "TokenUsed",
    ]


def test_a_public_link_can_be_shown_and_opened_again(firm: Any) -> None:
    thing = subject()
    text = tokens.public_link("pay", thing, at=NOW)
    assert tokens.public_link("pay", thing, at=NOW) == text
    assert tokens.public_link("view", thing, at=NOW) != text
    link = tokens.open_link("pay", text, at=NOW + timedelta(days=1000))
    assert (link.subject_kind, link.subject_id, tokens.link_text(link)) == ("core.job", str(thing.pk), text)


def test_a_revoked_link_stays_closed_and_the_next_one_is_another(firm: Any) -> None:
    thing = subject()
    text = tokens.public_link("pay", thing, at=NOW)
    assert tokens.revoke_links("pay", thing, at=NOW) == 1
    with pytest.raises(TokenRevoked):
        tokens.open_link("pay", text, at=NOW)
    assert tokens.public_link("pay", thing, at=NOW) != text


def test_a_link_may_expire_and_be_prolonged(firm: Any) -> None:
    thing = subject()
    text = tokens.public_link("pay", thing, at=NOW, expires_at=NOW + HOUR)
    with pytest.raises(TokenExpired):
        tokens.open_link("pay", text, at=NOW + HOUR)
    assert tokens.public_link("pay", thing, at=NOW, expires_at=NOW + 2 * HOUR) == text
    assert tokens.open_link("pay", text, at=NOW + HOUR)
    tokens.public_link("pay", thing, at=NOW)
    assert tokens.open_link("pay", text, at=NOW + timedelta(days=9))


def test_forged_links_are_unknown(firm: Any) -> None:
    text = tokens.public_link("pay", subject(), at=NOW)
    name, _, signature = text.partition(".")
    forgeries = [
        name,
        f"{name}.",
        f"{name}.{signature[:-1]}x",
        f"{uuid.uuid4()}.{signature}",
        "",
        "x.y",
        f"{name}.ü",
    ]
    for forged in forgeries:
        with pytest.raises(TokenUnknown):
            tokens.open_link("pay", forged, at=NOW)
    with pytest.raises(TokenUnknown):
        tokens.open_link("view", text, at=NOW)


def test_a_signature_of_one_firm_opens_nothing_in_another(firm: Any) -> None:
    """Even where the same row exists in both."""
    text = tokens.public_link("pay", subject(), at=NOW)
    row = PublicLink.objects.values().get()
    Firm.objects.get(slug="other").activate()
    PublicLink.objects.create(**row)
    with pytest.raises(TokenUnknown):
        tokens.open_link("pay", text, at=NOW)


def test_an_older_secret_key_is_honored_as_long_as_it_is_listed(firm: Any, settings: Any) -> None:
    text = tokens.public_link("pay", subject(), at=NOW)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" + "y" * 50
    assert tokens.open_link("pay", text, at=NOW)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(TokenUnknown):
        tokens.open_link("pay", text, at=NOW)


def test_two_at_once_make_one_link(own_firm: Any) -> None:
    thing = subject()
    texts = at_once(own_firm, *[lambda: tokens.public_link("pay", thing, at=NOW)] * 4)
    assert len(set(texts)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_publiclink")
        assert cursor.fetchone()[0] == 1
