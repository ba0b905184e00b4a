"""The connection with QuickBooks: how it is, pulling its lists, what stands for what, how the firm posts."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from billing.models import CatalogueItem
from clients.models import Client, PaymentTerms
from core import clock
from core.api import Day, Id, JobRow, Listing, Part, Routes, Row, Wish, cleaned, page, words_of
from core.errors import Refusal
from core.models import Job
from core.views import own_job
from integrations.access import MANAGE_CONNECTIONS, POST_ACCOUNTING
from integrations.forms import QuickBooksRulesForm
from integrations.models import Connection, ExternalLink, Mapping, QuickBooksRules, RemoteRecord
from integrations.quickbooks import mapping as choosing
from integrations.quickbooks.connecting import disconnect, is_set_up, start_connecting
from integrations.quickbooks.mapping import Purpose
from integrations.quickbooks.pulling import PULL_KIND, start_pull
from integrations.quickbooks.tokens import PROVIDER
from people.guards import guarded
from people.models import StaffMember
from projects.models import LaborCode

routes = Routes("integrations")

LocalKind = Literal["clients.client", "people.staffmember", "clients.paymentterms"]
LOCAL: dict[str, type[Model]] = {
    choosing.CLIENT: Client,
    choosing.STAFF: StaffMember,
    choosing.TERMS: PaymentTerms,
}
PURPOSES = {"default-item": Purpose.DEFAULT_ITEM, "deposit-account": Purpose.DEPOSIT_ACCOUNT}
RemoteId = Annotated[str, Field(max_length=80, description="Empty takes the choice back.")]


class IsNotSetUp(Refusal):
    """Whoever runs the installation has not registered it with Intuit."""

    sentence = "QuickBooks is not set up on this installation. Ask whoever runs it."


class ConnectionRow(Row):
    """The firm's account at a vendor."""

    provider: str
    account_id: str
    account_name: str
    health: Annotated[Connection.Health, words_of(Connection.Health)]
    message: str
    checked_at: datetime | None
    pulled_at: datetime | None
    heard_at: datetime | None


class Connections(Schema):
    items: list[ConnectionRow]


class ConsentAnswer(Schema):
    url: str = Field(description="A person opens it in the browser in which they are signed in here.")


class PostingRulesRow(Row):
    posts_invoices_automatically: bool
    posts_time: bool
    creates_customers: bool
    posts_from: date | None


class PostingRulesChange(Wish):
    posts_invoices_automatically: bool = False
    posts_time: bool = True
    creates_customers: bool = True
    posts_from: Day | None = None


class RemoteFilters(Part):
    remote_type: str | None = Field(None, max_length=40, description="Customer, Item, Employee, Account …")
    is_active: bool | None = None


class RemoteRow(Row):
    """A record of one of QuickBooks's lists, as it was last pulled."""

    remote_type: str
    remote_id: str
    name: str
    kind: str = Field(description="Of an item or an account, in QuickBooks's words: Service, Bank …")
    is_active: bool
    seen_at: datetime

    @staticmethod
    def resolve_kind(record: RemoteRecord) -> str:
        return str(record.image.get("AccountType") or record.image.get("Type") or "")


class LinkFilters(Part):
    local_kind: str | None = Field(None, max_length=40)


class LinkRow(Row):
    """One of our records and the one there that it is."""

    local_kind: str
    local_id: int
    remote_type: str
    remote_id: str
    state: Annotated[ExternalLink.State, words_of(ExternalLink.State)]
    linked_at: datetime


class MappingRow(Row):
    """A labor code (projects.laborcode) or a purpose (quickbooks.default: 1 item, 2 account) and its record there."""

    local_kind: str
    local_id: int
    remote_type: str
    remote_id: str


class RemoteWish(Wish):
    remote_id: RemoteId


class ExternalLinkWish(Wish):
    local_kind: LocalKind
    local_id: Id
    remote_type: Annotated[str, Field(max_length=40)] = ""
    remote_id: RemoteId


@routes.read("/connections", Connections)
@guarded(MANAGE_CONNECTIONS)
def list_connections(request: HttpRequest) -> dict[str, Any]:
    """The firm's connections with vendors, and how they are."""
    return {"items": list(Connection.objects.order_by("provider"))}


@routes.write("/quickbooks/connect", ConsentAnswer)
@guarded(MANAGE_CONNECTIONS)
def connect_quickbooks(request: HttpRequest) -> dict[str, str]:
    """Begins connecting: a person chooses the company on Intuit's page."""
    if not is_set_up():
        raise IsNotSetUp
    return {"url": start_connecting(by=request.user, at=clock.now())}


@routes.write("/quickbooks/disconnect")
@guarded(MANAGE_CONNECTIONS)
def disconnect_quickbooks(request: HttpRequest) -> None:
    """Gives the access back; links and mappings are kept."""
    disconnect(by=request.user, at=clock.now())


@routes.write("/quickbooks/pulls", JobRow, status=202)
@guarded(MANAGE_CONNECTIONS)
def pull_quickbooks(request: HttpRequest) -> Any:
    """Reads QuickBooks's lists anew in the background: linked where known, added where not, nothing twice."""
    return start_pull(by=request.user)


@routes.read("/quickbooks/pulls/{int:job_id}", JobRow)
@guarded(MANAGE_CONNECTIONS)
def show_pull(request: HttpRequest, job_id: int) -> Any:
    """How far one's own pull is, and what it did."""
    return get_object_or_404(Job, pk=own_job(request, job_id).pk, kind=PULL_KIND)


@routes.read("/quickbooks/records", Listing[RemoteRow])
@guarded(MANAGE_CONNECTIONS)
def list_remote_records(request: HttpRequest, wanted: Query[RemoteFilters]) -> dict[str, Any]:
    """What QuickBooks's lists hold, as they were last pulled."""
    rows = RemoteRecord.objects.filter(provider=PROVIDER)
    if wanted.remote_type is not None:
        rows = rows.filter(remote_type=wanted.remote_type)
    if wanted.is_active is not None:
        rows = rows.filter(is_active=wanted.is_active)
    return page(rows, wanted)


@routes.read("/quickbooks/links", Listing[LinkRow])
@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
def list_links(request: HttpRequest, wanted: Query[LinkFilters]) -> dict[str, Any]:
    """Which of our records is which there."""
    rows = ExternalLink.objects.filter(provider=PROVIDER)
    return page(rows.filter(local_kind=wanted.local_kind) if wanted.local_kind else rows, wanted)


@routes.write("/quickbooks/links", method="PUT")
@guarded(MANAGE_CONNECTIONS)
def set_link(request: HttpRequest, wish: ExternalLinkWish) -> None:
    """Links a client, person or term with its record there; an empty `remote_id` cuts the link."""
    get_object_or_404(LOCAL[wish.local_kind], pk=wish.local_id)
    if not wish.remote_id:
        choosing.unlink(local_kind=wish.local_kind, local_id=wish.local_id, by=request.user)
        return
    choosing.link_record(
        local_kind=wish.local_kind,
        local_id=wish.local_id,
        remote_type=wish.remote_type,
        remote_id=wish.remote_id,
        by=request.user,
    )


@routes.read("/quickbooks/mappings", Listing[MappingRow])
@guarded(MANAGE_CONNECTIONS)
def list_mappings(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Which item work of a labor code or a line of our catalogue is sold as, and what stands in elsewhere."""
    return page(Mapping.objects.filter(provider=PROVIDER), part)


@routes.write("/quickbooks/mappings/labor-codes/{int:code_id}", method="PUT")
@guarded(MANAGE_CONNECTIONS)
def map_labor_code(request: HttpRequest, code_id: int, wish: RemoteWish) -> None:
    """Has work of a labor code sold as an item."""
    code = get_object_or_404(LaborCode, pk=code_id)
    choosing.map_labor_code(labor_code_id=code.pk, item_id=wish.remote_id, by=request.user)


@routes.write("/quickbooks/mappings/catalogue-items/{int:item_id}", method="PUT")
@guarded(MANAGE_CONNECTIONS)
def map_catalogue_item(request: HttpRequest, item_id: int, wish: RemoteWish) -> None:
    """Has lines of an item of our catalogue sold as an item there."""
    item = get_object_or_404(CatalogueItem, pk=item_id)
    choosing.map_catalogue_item(catalogue_item_id=item.pk, item_id=wish.remote_id, by=request.user)


@routes.write("/quickbooks/mappings/defaults/{purpose}", method="PUT")
@guarded(MANAGE_CONNECTIONS)
def map_default(
    request: HttpRequest, purpose: Literal["default-item", "deposit-account"], wish: RemoteWish
) -> None:
    """The item for work without a labor code, or the account that payments go to."""
    choosing.set_default(purpose=PURPOSES[purpose].value, remote_id=wish.remote_id, by=request.user)


@routes.read("/quickbooks/rules", PostingRulesRow)
@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
def show_posting_rules(request: HttpRequest) -> Any:
    """How the firm posts."""
    return QuickBooksRules.objects.get(pk=1)


@routes.write("/quickbooks/rules", PostingRulesRow, method="PATCH")
@guarded(MANAGE_CONNECTIONS)
def change_posting_rules(request: HttpRequest, wish: PostingRulesChange) -> Any:
    """Changes how the firm posts; what is left out stays."""
    known = QuickBooksRules.objects.get(pk=1)
    return choosing.set_rules(by=request.user, **cleaned(QuickBooksRulesForm, wish, instance=known))
