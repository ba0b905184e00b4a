"""Adding, changing, deactivating clients."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from clients.access import require_manage
from clients.alike import find_alike
from clients.models import Client, PaymentTerms, TaxCode
from clients.names import normalised
from clients.promises import ClientExists
from core import audit
from core.activating import set_active
from core.errors import Refusal
from core.promises import promises
from people.models import LegalEntity, User


class NameIsMissing(Refusal):
    sentence = "Give it a name."


class NotACurrency(Refusal):
    sentence = "A currency has three letters, such as USD."


class LooksLikeAnother(ClientExists):
    """The name differs from another client's only in case, signs, accents or legal form; or the tax number is its."""

    sentence = "This looks like {client_name}, who is already a client."


class ClientFields(TypedDict, total=False):
    legal_name: str
    code: str
    billing_address: str
    country: str
    phone: str
    tax_number: str
    currency: str
    language: str
    time_zone: str
    legal_entity: LegalEntity | None
    payment_terms: PaymentTerms | None
    tax_code: TaxCode | None
    expense_tax_code: TaxCode | None
    is_tax_exempt: bool
    exemption_number: str
    exemption_expires_on: date | None
    is_billed_together: bool
    notes: str


def add_client(
    *, name: str, by: User | None, accepts_alike: bool = False, **fields: Unpack[ClientFields]
) -> Client:
    """Adds a client. Without `payment_terms` it gets the firm's usual ones.

    Raises ClientExists for the same name whatever its case, and LooksLikeAnother (with `client_id` and `client_name`)
    for one that only reads differently, unless `accepts_alike`.
    """
    name = _clean(name)
    _check(fields)
    with promises(), transaction.atomic():
        require_manage(by)
        _refuse_alike(name, accepts_alike, tax_number=fields.get("tax_number", ""))
        if "payment_terms" not in fields:
            fields["payment_terms"] = PaymentTerms.objects.filter(is_default=True).first()
        client = Client.objects.create(name=name, **fields)
        audit.acting("client.add", by=by, subject=client, name=name)
        return client


def edit_client(
    *,
    client: Client,
    by: User | None,
    name: str | None = None,
    accepts_alike: bool = False,
    **fields: Unpack[ClientFields],
) -> Client:
    """Changes what is given and leaves the rest. Raises as `add_client` does.

    The currency is locked by the rooms above once there is work or a bill in it.
    """
    _check(fields)
    with promises(), transaction.atomic():
        require_manage(by)
        client = Client.objects.select_for_update().get(pk=client.pk)
        audit.acting("client.edit", by=by, subject=client)
        if name is not None:
            name = _clean(name)
            if normalised(name) != normalised(client.name):
                _refuse_alike(name, accepts_alike, other_than=client)
            client.name = name
        for field, value in fields.items():
            setattr(client, field, value)
        client.save()
        return client


def deactivate_client(*, client: Client, by: User | None) -> Client:
    """Takes the client out of pick-lists; its history stays. Refused by the database while projects are open."""
    require_manage(by)
    return set_active(client, False, verb="client", by=by)


def reactivate_client(*, client: Client, by: User | None) -> Client:
    """The way back of `deactivate_client`."""
    require_manage(by)
    return set_active(client, True, verb="client", by=by)


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    return name


def _check(fields: ClientFields) -> None:
    currency = fields.get("currency")
    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise NotACurrency(field="currency")


def _refuse_alike(
    name: str, accepts_alike: bool, other_than: Client | None = None, tax_number: str = ""
) -> None:
    alike = find_alike(name, tax_number=tax_number, other_than=other_than)
    if alike is None:
        return
    client = alike.client
    if alike.is_same:
        raise ClientExists(field="name", client_id=client.pk, client_name=client.name)
    if not accepts_alike:
        raise LooksLikeAnother(field="name", client_id=client.pk, client_name=client.name)
