"""Founding a firm and making a token on the command line: JSON for programs."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Web
from django_tenants.utils import schema_context

from people.issuing import SCOPES
from people.models import ApiToken, User
from tenants.models import Firm
from tests.cast import PASSWORD

pytestmark = pytest.mark.usefixtures("own_cache")


def told(command: str, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return dict(json.loads(out.getvalue()))


FIRM = ("--name", "Command & Co", "--owner-name", "Cora Line", "--owner-email", "Cora@Command.example")


def test_a_firm_its_owner_and_a_token(db: None) -> None:
    connection.set_schema_to_public()
    made = told("create_firm", *FIRM, "--time-zone", "Europe/Berlin")
    assert made["firm"]["slug"] == "command-co"
    assert made["host"] == "command-co.localhost"
    assert made["owner"]["email"] == "cora@command.example"
    with schema_context("firm_command_co"):
        owner = User.objects.get(pk=made["owner"]["id"])
        assert (owner.time_zone, owner.has_usable_password()) == ("Europe/Berlin", False)
        assert owner.staff_member is not None
        assert owner.staff_member.pk == made["owner"]["staff_id"]
    token = told("create_token", "--firm", "command-co", "--name", "Sync", "--days", "30")
    assert token["scopes"] == list(SCOPES)
    web = Web(headers={"host": made["host"], "authorization": f"Bearer {token['token']}"})
    me = web.get("/api/v1/me").json()
    assert (me["email"], me["token"]["name"], me["is_owner"]) == ("cora@command.example", "Sync", True)
    browser = Web(headers={"host": made["host"]})
    ticket = made["hand_over_url"].split("/hand-over/")[1]
    assert browser.get(f"/hand-over/{ticket}").headers["Location"] == "/"


def test_the_owners_password_comes_from_the_environment(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.set_schema_to_public()
    with pytest.raises(CommandError, match="OWNER_PASSWORD is empty"):
        told("create_firm", *FIRM, "--password-from", "OWNER_PASSWORD")
    monkeypatch.setenv("OWNER_PASSWORD", "short")
    with pytest.raises(CommandError, match="--password"):
        told("create_firm", *FIRM, "--password-from", "OWNER_PASSWORD")
    monkeypatch.setenv("OWNER_PASSWORD", PASSWORD)
    made = told("create_firm", *FIRM, "--password-from", "OWNER_PASSWORD", "--slug", "cmd")
    with schema_context(made["firm"]["schema"]):
        assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("--slug", "hm"), "taken"),
        (("--slug", "A b"), "--slug"),
        (("--owner-email", "nobody"), "--owner-email"),
        (("--name", ""), "--name"),
        (("--time-zone", "Mars/Base"), "--time-zone"),
    ],
)
def test_what_sign_up_refuses_is_refused(db: None, changed: tuple[str, str], words: str) -> None:
    connection.set_schema_to_public()
    before = Firm.objects.count()
    with pytest.raises(CommandError, match=words):
        told("create_firm", *FIRM, *changed)
    assert Firm.objects.count() == before


def test_tokens_are_for_people_who_are_there(firm: Firm) -> None:
    connection.set_schema_to_public()
    some = told(
        "create_token", "--firm", "hm", "--user", "OLU@hm.example", "--scopes", "time:read, time:write"
    )
    assert some["scopes"] == ["time:read", "time:write"]
    assert some["expires_at"] is None
    for arguments, words in (
        (("--firm", "none"), "no firm"),
        (("--firm", "hm", "--user", "x@y.example"), "Nobody"),
        (("--firm", "hm", "--scopes", "all,time:read"), "no scope all"),
        (("--firm", "hm", "--scopes", ""), "Choose"),
        (("--firm", "hm", "--name", " "), "name"),
    ):
        with pytest.raises(CommandError, match=words):
            told("create_token", *arguments)
    with schema_context("firm_hm"):
        token = ApiToken.objects.get()
        assert some["token"] not in {token.digest, token.prefix}
        assert some["token"].startswith(f"psa_{token.prefix}")
