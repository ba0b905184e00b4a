"""Connected accounts and the links that lead their owners through onboarding."""

from typing import Any

from sandbox.store import Body, Record
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.world import World

LINK_SECONDS = 300  # an onboarding link is for now, not for later
_WANTED = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def create(world: World, asked: dict[str, Any], *, id_: str | None = None) -> Record:
    """A connected account that cannot do anything before its owner has answered Stripe's questions."""
    body: Body = {
        "id": id_ or new_id("acct", 16),
        "object": "account",
        "business_profile": {"mcc": None, "name": None, "url": None, **asked.get("business_profile", {})},
        "business_type": asked.get("business_type"),
        "capabilities": {
            "card_payments": "inactive",
            "transfers": "inactive",
            "us_bank_account_ach_payments": "inactive",
        },
        "charges_enabled": False,
        "controller": {"type": "application", "is_controller": True},
        "country": asked.get("country", "US"),
        "created": world.clock.now(),
        "default_currency": asked.get("default_currency", "usd"),
        "details_submitted": False,
        "email": asked.get("email"),
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": "/v1/accounts/external_accounts",
        },
        "metadata": asked.get("metadata", {}),
        "payouts_enabled": False,
        "requirements": _requirements(_WANTED),
        "settings": {
            "dashboard": {
                "display_name": asked.get("business_profile", {}).get("name"),
                "timezone": "Etc/UTC",
            }
        },
        "tos_acceptance": {"date": None, "ip": None},
        "type": asked.get("type", "standard"),
    }
    return world.store.add("account", body["id"], body)


def enable(world: World, record: Record, *, name: str | None = None) -> None:
    """The owner has answered everything: charges and payouts are open. Announces account.updated."""
    body = record.body
    previous = {word: body[word] for word in ("charges_enabled", "details_submitted", "payouts_enabled")}
    if name:
        body["business_profile"]["name"] = body["settings"]["dashboard"]["display_name"] = name
    body.update(
        charges_enabled=True, details_submitted=True, payouts_enabled=True, requirements=_requirements([])
    )
    body["capabilities"] = dict.fromkeys(body["capabilities"], "active")
    body["tos_acceptance"]["date"] = world.clock.now()
    _updated(world, record, previous)


def restrict(world: World, record: Record) -> None:
    """Stripe wants to know something again: no charges until it does. Announces account.updated."""
    previous = {word: record.body[word] for word in ("charges_enabled", "payouts_enabled")}
    wanted = _requirements(["individual.verification.document"])
    record.body.update(charges_enabled=False, payouts_enabled=False, requirements=wanted)
    _updated(world, record, previous)


def disconnect(world: World, record: Record) -> None:
    """The owner withdraws the platform's access; what happened in the account stays. From now on every call for it is
    refused with 403. Announces account.application.deauthorized."""
    world.store.remove(record)
    application: Body = {"id": "ca_sandbox", "object": "application", "name": "Sandbox platform"}
    emit(world, "account.application.deauthorized", application, account=record.id)


def name_of(world: World, account: str | None) -> str:
    """What a payer reads as the merchant."""
    record = world.store.find("account", account) if account else None
    named = record.body["business_profile"]["name"] if record else None
    return str(named or account or "Sandbox merchant")


def new_link(world: World, account: str, asked: dict[str, Any]) -> Body:
    """A link that is valid for some minutes and until the onboarding is done."""
    token, now = new_id("al", 32), world.clock.now()
    facts: Body = {
        "account": account,
        "refresh_url": asked["refresh_url"],
        "return_url": asked["return_url"],
        "expires_at": now + LINK_SECONDS,
        "is_used": False,
    }
    world.store.add("account_link", token, facts)
    url = f"{world.settings.public_url}/connect/{token}"
    return {"object": "account_link", "created": now, "expires_at": facts["expires_at"], "url": url}


def _updated(world: World, record: Record, previous: Body) -> None:
    world.store.save(record)
    emit(world, "account.updated", record.body, account=record.id, previous=previous)


def _requirements(wanted: list[str]) -> Body:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": wanted,
        "disabled_reason": "requirements.past_due" if wanted else None,
        "errors": [],
        "eventually_due": wanted,
        "past_due": wanted,
        "pending_verification": [],
    }
