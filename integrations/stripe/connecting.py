"""Connecting the firm's Stripe account: a standard connected account, finished on Stripe's own pages (D2)."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.hosts import schema
from integrations.access import MANAGE_CONNECTIONS
from integrations.events import account_connected
from integrations.models import Connection
from integrations.stripe.client import PROVIDER, client, stripe_errors
from people.access import require
from people.models import User

Health = Connection.Health


def start_connecting(
    *, firm_name: str, email: str, return_url: str, refresh_url: str, by: User | None, at: datetime
) -> str:
    """The address of Stripe's page on which the firm finishes its account. Makes the account the first time.

    Raises NotAllowed, ProviderIsAway.
    """
    require(by, MANAGE_CONNECTIONS)
    connection = Connection.objects.filter(provider=PROVIDER).exclude(health=Health.LOST).first()
    if connection is None:
        connection = _make_account(firm_name=firm_name, email=email, by=by, at=at)
    with stripe_errors():
        link = client().v1.account_links.create(
            params={
                "account": connection.account_id,
                "return_url": return_url,
                "refresh_url": refresh_url,
                "type": "account_onboarding",
            }
        )
    return link.url


def _make_account(*, firm_name: str, email: str, by: User | None, at: datetime) -> Connection:
    """Creates the account at Stripe, then binds it here. A repeated click finds the account it made before."""
    lost = Connection.objects.filter(provider=PROVIDER).values_list("account_id", flat=True).first()
    key = f"account-{schema()}-{lost or 'first'}"
    with stripe_errors():
        account = client().v1.accounts.create(
            params={"type": "standard", "email": email, "business_profile": {"name": firm_name}},
            options={"idempotency_key": key},
        )
    with transaction.atomic():
        audit.acting("connection.start", by=by, provider=PROVIDER, account=account.id)
        connection, _ = Connection.objects.update_or_create(
            provider=PROVIDER,
            defaults={
                "account_id": account.id,
                "account_name": firm_name,
                "health": Health.ONBOARDING,
                "message": "",
                "connected_by_name": by.name if by else "",
            },
        )
        account_connected.send(sender=Connection, provider=PROVIDER, account_id=account.id)
    return connection


def refresh_account(*, at: datetime) -> Connection | None:
    """Asks Stripe how the account is and keeps the answer: ready, still to finish, or restricted."""
    connection = Connection.objects.filter(provider=PROVIDER).exclude(health=Health.LOST).first()
    if connection is None:
        return None
    with stripe_errors():
        account = client().v1.accounts.retrieve(connection.account_id)
    if account.charges_enabled:
        health, message = Health.READY, ""
    elif account.details_submitted:
        health, message = Health.RESTRICTED, "Stripe needs more from you before clients can pay."
    else:
        health, message = Health.ONBOARDING, "Finish the account on Stripe's page."
    Connection.objects.filter(pk=connection.pk).update(health=health, message=message, checked_at=at)
    connection.refresh_from_db()
    return connection


def lose_account(*, at: datetime) -> None:
    """The firm took our access away at Stripe. What was recorded stays; pay pages offer no online payment."""
    Connection.objects.filter(provider=PROVIDER).update(
        health=Health.LOST,
        message="The access was taken away at Stripe. Connect again to go on.",
        checked_at=at,
    )
