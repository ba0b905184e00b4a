"""Connecting the firm's Stripe account: a standard connected account, finished on Stripe's own pages (D2)."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import stripe
from django.db import transaction

from billing.checkout import forget_checkouts
from core import audit
from core.hosts import schema
from integrations.access import MANAGE_CONNECTIONS
from integrations.events import account_connected
from integrations.models import Connection
from integrations.stripe.client import PROVIDER, AccountIsLost, client, stripe_errors
from people.access import require
from people.models import User

Health = Connection.Health


def current_connection() -> Connection | None:
    """The firm's connection with Stripe, whatever its health, unless the access is lost."""
    return Connection.objects.filter(provider=PROVIDER).exclude(health=Health.LOST).first()


def start_connecting(
    *, firm_name: str, email: str, return_url: str, refresh_url: str, by: User | None, at: datetime
) -> str:
    """The address of Stripe's page on which the firm finishes its account. Makes the account the first time.

    Raises NotAllowed, ProviderIsAway, AccountIsBoundElsewhere.
    """
    require(by, MANAGE_CONNECTIONS)
    addresses = {"return_url": return_url, "refresh_url": refresh_url}
    connection = current_connection()
    if connection is not None:
        try:
            return _link(connection, addresses)
        except AccountIsLost:
            # Taken away at Stripe, and the message has not come yet: begin anew.
            lose_account(account_id=connection.account_id, at=at)
    return _link(_make_account(firm_name=firm_name, email=email, by=by, at=at), addresses)


def _link(connection: Connection, addresses: dict[str, str]) -> str:
    """The address of Stripe's page for the account. Raises AccountIsLost, ProviderIsAway."""
    params: Any = {"account": connection.account_id, "type": "account_onboarding", **addresses}
    try:
        with stripe_errors():
            return client().v1.account_links.create(params=params).url
    except stripe.InvalidRequestError as error:
        if error.param == "account":
            raise AccountIsLost from error
        raise


def _make_account(*, firm_name: str, email: str, by: User | None, at: datetime) -> Connection:
    """Creates the account at Stripe, then binds it here. A repeated click finds the account it made before."""
    lost = Connection.objects.filter(provider=PROVIDER).values_list("account_id", flat=True).first()
    params: dict[str, Any] = {"type": "standard", "business_profile": {"name": firm_name}}
    if email:
        params["email"] = email
    # The same key must come with the same words; who renames the firm in between gets a new account.
    words = sha256(f"{firm_name}\n{email}".encode()).hexdigest()[:12]
    with stripe_errors():
        account = client().v1.accounts.create(
            params=params,  # type: ignore[arg-type]
            options={"idempotency_key": f"account-{schema()}-{lost or 'first'}-{words}"},
        )
    with transaction.atomic():
        audit.acting("connection.start", by=by, provider=PROVIDER, account=account.id)
        # Refuses an account of another firm, before anything of it is kept here.
        account_connected.send(sender=Connection, provider=PROVIDER, account_id=account.id)
        connection, _ = Connection.objects.update_or_create(
            provider=PROVIDER,
            defaults={
                "account_id": account.id,
                "account_name": firm_name,
                "health": Health.ONBOARDING,
                "message": "",
                "capabilities": [],
                "connected_by_name": by.name if by else "",
                "created_at": at,
                "checked_at": at,
            },
        )
    return connection


def refresh_account(*, at: datetime) -> Connection | None:
    """Asks Stripe how the account is and keeps the answer: ready, still to finish, restricted, or lost.

    None where no account is connected. Raises ProviderIsAway.
    """
    connection = current_connection()
    if connection is None:
        return None
    try:
        with stripe_errors():
            account = client().v1.accounts.retrieve(connection.account_id)
    except AccountIsLost:
        return lose_account(account_id=connection.account_id, at=at)
    health, message = _health_of(account)
    named = account.business_profile.name if account.business_profile else ""
    granted = account.capabilities.to_dict() if account.capabilities else {}
    active = [name for name, state in granted.items() if state == "active"]
    _keep(
        connection,
        health=health,
        message=message,
        capabilities=active,
        account_name=named or connection.account_name,
        checked_at=at,
    )
    return connection


def _health_of(account: Any) -> tuple[str, str]:
    if account.charges_enabled:
        return Health.READY, ""
    if account.details_submitted:
        return Health.RESTRICTED, "Stripe needs more from you before clients can pay."
    return Health.ONBOARDING, "Finish the account on Stripe's page."


def lose_account(*, account_id: str, at: datetime) -> Connection | None:
    """The firm took our access away at Stripe. What was recorded stays; pay pages offer no online payment.

    Word about an account that the firm left before changes nothing.
    """
    connection = Connection.objects.filter(provider=PROVIDER, account_id=account_id).first()
    if connection is None or connection.health == Health.LOST:
        return connection
    with transaction.atomic():
        _keep(
            connection,
            health=Health.LOST,
            message="The access was taken away at Stripe. Connect again to go on.",
            checked_at=at,
        )
        forget_checkouts(provider=PROVIDER, at=at)
    return connection


def _keep(connection: Connection, **values: Any) -> None:
    """Keeps what Stripe says; a change of health leaves its record."""
    with transaction.atomic():
        if values["health"] != connection.health:
            audit.acting("connection.health", by=None, subject=connection, health=values["health"])
        for name, value in values.items():
            setattr(connection, name, value)
        connection.save(update_fields=list(values))
