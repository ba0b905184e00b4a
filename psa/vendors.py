"""Vendors' accounts and firms: an account is bound once, and its messages find their firm by it alone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django_tenants.utils import tenant_context

from core import audit
from core.errors import Refusal
from tenants.models import ExternalAccount, Firm


class AccountIsBoundElsewhere(Refusal):
    """Another firm of this installation uses the account."""

    sentence = "This account belongs to another firm already. Use an account of your own."


def bind_account(sender: Any, provider: str, account_id: str, **kwargs: Any) -> None:
    """Binds the account to the current firm, in the transaction of whoever connects. Repeating it is harmless."""
    firm = Firm.objects.get(schema_name=connection.schema_name)
    try:
        with transaction.atomic():
            bound, _ = ExternalAccount.objects.get_or_create(
                provider=provider, account_id=account_id, defaults={"firm": firm}
            )
    except IntegrityError as error:
        raise AccountIsBoundElsewhere from error
    if bound.firm_id != firm.pk:
        raise AccountIsBoundElsewhere


def enter_firm(provider: str, account_id: str) -> AbstractContextManager[None] | None:
    """A context in which the firm that owns the account is current; None if the account is nobody's."""
    bound = (
        ExternalAccount.objects.select_related("firm")
        .filter(provider=provider, account_id=account_id)
        .first()
    )
    if bound is None or bound.firm.state != Firm.State.OPEN:
        return None
    return _entered(bound.firm)


@contextmanager
def _entered(firm: Firm) -> Iterator[None]:
    # Tenant outside, transaction inside: what runs on commit runs in this firm.
    with tenant_context(firm), audit.through("sync"):
        yield
