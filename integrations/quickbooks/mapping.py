"""What stands for what in the company's books, as a person decides: labor codes, items of the catalogue and purposes,
clients, people, terms.

An empty `remote_id` takes the choice back. Every operation raises NotAllowed, AccessLost where no company is connected,
and NotInTheList for a record that was not pulled, is inactive or of another kind.
"""

from datetime import date

from django.db import models, transaction

from core import audit
from core.errors import Refusal
from integrations import links, mappings
from integrations.access import MANAGE_CONNECTIONS
from integrations.models import ExternalLink, QuickBooksRules, RemoteRecord
from integrations.quickbooks.client import PROVIDER
from integrations.quickbooks.faults import AccessLost
from integrations.quickbooks.tokens import current_connection
from people.access import require
from people.models import User

LABOR_CODE, PURPOSE = "projects.laborcode", "quickbooks.default"
CATALOGUE_ITEM = "billing.catalogueitem"
CLIENT, STAFF, TERMS = "clients.client", "people.staffmember", "clients.paymentterms"
# Which of their lists each of ours is linked with.
LINKED_WITH = {CLIENT: ("Customer",), STAFF: ("Employee", "Vendor"), TERMS: ("Term",)}
# Kinds of items that work can be sold as, and of accounts that payments can go to.
SOLD_AS = ("Service", "NonInventory")
DEPOSITED_IN = ("Bank", "Other Current Asset")


class Purpose(models.IntegerChoices):
    """What the firm needs of its books where no record of ours decides."""

    DEFAULT_ITEM = 1, "Item for lines of which no other is known"
    DEPOSIT_ACCOUNT = 2, "Account that payments go to"


class NotInTheList(Refusal):
    sentence = "QuickBooks has no such active record. Pull its lists, then choose again."


def map_labor_code(*, labor_code_id: int, item_id: str, by: User | None) -> None:
    """Work of this labor code is sold as that item."""
    _map(LABOR_CODE, labor_code_id, "Item", item_id, by)


def map_catalogue_item(*, catalogue_item_id: int, item_id: str, by: User | None) -> None:
    """Lines of this item of our catalogue are sold as that item."""
    _map(CATALOGUE_ITEM, catalogue_item_id, "Item", item_id, by)


def set_default(*, purpose: int, remote_id: str, by: User | None) -> None:
    """The record for a purpose of `Purpose`."""
    wanted = Purpose(purpose)
    _map(PURPOSE, wanted.value, "Item" if wanted == Purpose.DEFAULT_ITEM else "Account", remote_id, by)


def link_client(*, client_id: int, customer_id: str, by: User | None) -> ExternalLink:
    """The client is that customer. Raises LinkedAlready."""
    return link_record(
        local_kind=CLIENT, local_id=client_id, remote_type="Customer", remote_id=customer_id, by=by
    )


def link_record(
    *, local_kind: str, local_id: int, remote_type: str, remote_id: str, by: User | None
) -> ExternalLink:
    """One of our clients, people or terms is that record there. Raises LinkedAlready."""
    require(by, MANAGE_CONNECTIONS)
    account_id = _account_id()
    record = _record(account_id, remote_type, remote_id)
    if remote_type not in LINKED_WITH.get(local_kind, ()):
        raise NotInTheList(field="remote")
    with transaction.atomic():
        found = links.link(
            provider=PROVIDER,
            account_id=account_id,
            local_kind=local_kind,
            local_id=local_id,
            remote_type=remote_type,
            remote_id=remote_id,
            version=record.version,
            image=record.image,
        )
        audit.acting(
            "quickbooks.link", by=by, subject=found, local=f"{local_kind} {local_id}", name=record.name
        )
    return found


def unlink(*, local_kind: str, local_id: int, by: User | None) -> int:
    """Cuts the link, and remembers that it was cut: pulling does not link the two again. Returns how many."""
    require(by, MANAGE_CONNECTIONS)
    with transaction.atomic():
        audit.acting("quickbooks.unlink", by=by, local=f"{local_kind} {local_id}")
        return ExternalLink.objects.filter(
            provider=PROVIDER,
            account_id=_account_id(),
            local_kind=local_kind,
            local_id=local_id,
            remote_type__in=LINKED_WITH.get(local_kind, ()),
            state__in=[ExternalLink.State.ACTIVE, ExternalLink.State.INACTIVE],
        ).update(state=ExternalLink.State.SEVERED)


def set_rules(
    *,
    posts_invoices_automatically: bool,
    posts_time: bool,
    creates_customers: bool,
    posts_from: date | None,
    by: User | None,
) -> QuickBooksRules:
    """How the firm posts to QuickBooks. Raises NotAllowed."""
    require(by, MANAGE_CONNECTIONS)
    with transaction.atomic():
        rules = QuickBooksRules.objects.select_for_update().get(pk=1)
        audit.acting("quickbooks.rules", by=by, subject=rules)
        rules.posts_invoices_automatically = posts_invoices_automatically
        rules.posts_time, rules.creates_customers = posts_time, creates_customers
        rules.posts_from = posts_from
        rules.save()
    return rules


def _map(local_kind: str, local_id: int, remote_type: str, remote_id: str, by: User | None) -> None:
    require(by, MANAGE_CONNECTIONS)
    account_id = _account_id()
    with transaction.atomic():
        audit.acting("quickbooks.map", by=by, local=f"{local_kind} {local_id}", remote=remote_id)
        if not remote_id:
            mappings.unmap(PROVIDER, account_id, local_kind, local_id)
            return
        _check_kind(_record(account_id, remote_type, remote_id))
        mappings.map_to(PROVIDER, account_id, local_kind, [(local_id, remote_id)], remote_type)


def _check_kind(record: RemoteRecord) -> None:
    """Raises NotInTheList for an item that cannot be sold, or an account that no payment goes to."""
    if record.remote_type == "Item" and record.image.get("Type") not in SOLD_AS:
        raise NotInTheList(field="remote")
    if record.remote_type == "Account" and record.image.get("AccountType") not in DEPOSITED_IN:
        raise NotInTheList(field="remote")


def _account_id() -> str:
    connection = current_connection()
    if connection is None:
        raise AccessLost
    return connection.account_id


def _record(account_id: str, remote_type: str, remote_id: str) -> RemoteRecord:
    record = RemoteRecord.objects.filter(
        provider=PROVIDER,
        account_id=account_id,
        remote_type=remote_type,
        remote_id=remote_id,
        is_active=True,
    ).first()
    if record is None:
        raise NotInTheList(field="remote")
    return record
