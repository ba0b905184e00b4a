"""What would keep a record out of QuickBooks, said before anything is sent, with the way to mend it.

Each kind costs a constant number of statements, however many records are looked at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from billing.models import Invoice, InvoiceLine, Payment, PaymentApplication
from core.models import OutboxRow
from integrations.links import links_of
from integrations.models import ExternalLink, QuickBooksRules
from integrations.quickbooks.company_books import Books, books
from integrations.quickbooks.items import Items, code_names, codes_of_lines, items
from integrations.quickbooks.kinds import INVOICE, KINDS, PAYMENT
from integrations.quickbooks.mapping import CLIENT, STAFF
from integrations.quickbooks.tokens import PROVIDER, current_connection
from integrations.quickbooks.unposted import unposted
from timesheets.models import TimeEntry

LONGEST_NUMBER = 21


@dataclass(frozen=True)
class Problem:
    """What is wrong in a sentence, and where it is put right; empty where that is in QuickBooks alone."""

    sentence: str
    fix_label: str = ""
    fix_url: str = ""


Found = dict[int, list[Problem]]


@dataclass(frozen=True)
class Scene:
    """What all checks need, read once."""

    account_id: str
    books: Books
    items: Items
    creates_customers: bool


def problems(kind: str, ids: Collection[int]) -> Found:
    """The problems of each record, by id; records without any are left out."""
    connection = current_connection()
    if connection is None:
        lost = Problem("QuickBooks is not connected.", "Connect", reverse("integrations:quickbooks"))
        return {pk: [lost] for pk in ids}
    account = connection.account_id
    rules = QuickBooksRules.objects.get(pk=1)
    scene = Scene(account, books(account), items(account), rules.creates_customers)
    check = {INVOICE: _invoices, PAYMENT: _payments}.get(kind, _time)
    return {pk: found for pk, found in check(scene, ids).items() if found}


def _invoices(scene: Scene, ids: Collection[int]) -> Found:
    rows = list(Invoice.objects.filter(pk__in=ids).select_related("client"))
    customers = _Customers(scene, {row.client_id for row in rows})
    without = _items_missing(scene, ids)
    found: Found = {}
    for row in rows:
        mine = [*customers.problems(row.client_id, row.client.name), *without.get(row.pk, [])]
        mine += _money(scene, row.currency)
        mine += _closed(scene, row.issued_on)
        if len(row.number) > LONGEST_NUMBER:
            words = f"The number {row.number} is longer than QuickBooks's {LONGEST_NUMBER} characters."
            mine.append(Problem(words, "Number settings", reverse("billing:rules")))
        if row.tax_amount and not scene.books.has_sales_tax:
            words = "Sales tax is turned off in QuickBooks, and this invoice has some."
            mine.append(Problem(words, "See invoice", reverse("billing:invoice", args=[row.pk])))
        found[row.pk] = mine
    return found


def _payments(scene: Scene, ids: Collection[int]) -> Found:
    rows = list(Payment.objects.filter(pk__in=ids).select_related("client"))
    customers = _Customers(scene, {row.client_id for row in rows})
    applied: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, invoice, number in (
        PaymentApplication.objects.standing()
        .filter(payment__in=ids)
        .values_list("payment_id", "invoice_id", "invoice__number")
    ):
        applied[pk][invoice] = number
    fine = _there_or_going(scene, {bill for bills in applied.values() for bill in bills})
    found: Found = {}
    for row in rows:
        mine = customers.problems(row.client_id, row.client.name)
        mine += _money(scene, row.currency)
        mine += _closed(scene, row.received_on)
        for bill, number in applied[row.pk].items():
            if bill not in fine:
                words = f"It pays invoice {number}, which is not in QuickBooks and cannot be posted yet."
                mine.append(Problem(words, "See invoice", reverse("billing:invoice", args=[bill])))
        found[row.pk] = mine
    return found


def _time(scene: Scene, ids: Collection[int]) -> Found:
    rows = list(
        TimeEntry.objects.filter(pk__in=ids).values_list(
            "pk",
            "staff_id",
            "staff__name",
            "labor_code_id",
            "worked_on",
            "project__client_id",
            "project__client__name",
            "project__is_billable",
        )
    )
    people = links_of(PROVIDER, scene.account_id, STAFF, {row[1] for row in rows})
    customers = _Customers(scene, {row[5] for row in rows if row[7]})
    names = code_names({row[3] for row in rows})
    found: Found = {}
    for pk, staff, person, code, on, client, client_name, is_billable in rows:
        mine: list[Problem] = []
        if staff not in people:
            words = f"{person} is no employee or vendor in QuickBooks."
            mine.append(Problem(words, "Link", _mapping(STAFF)))
        if not scene.items.of(code):
            mine.append(_no_item(names.get(code or 0, "")))
        if is_billable:
            mine += customers.problems(client, client_name)
        mine += _closed(scene, on)
        found[pk] = mine
    return found


class _Customers:
    """Which clients have a customer there, or will have one made on the way."""

    def __init__(self, scene: Scene, ids: Collection[int]) -> None:
        self.scene = scene
        self.linked = links_of(PROVIDER, scene.account_id, CLIENT, ids)
        self.inactive = set(
            ExternalLink.objects.filter(
                provider=PROVIDER,
                account_id=scene.account_id,
                local_kind=CLIENT,
                local_id__in=ids,
                state=ExternalLink.State.INACTIVE,
            ).values_list("local_id", flat=True)
        )

    def problems(self, client_id: int, name: str) -> list[Problem]:
        if client_id in self.linked:
            return []
        if client_id in self.inactive:
            return [Problem(f"{name} is inactive in QuickBooks.", "Mapping", _mapping(CLIENT))]
        if self.scene.creates_customers:
            return []
        return [Problem(f"{name} is no customer in QuickBooks.", "Link", _mapping(CLIENT))]


def _items_missing(scene: Scene, ids: Collection[int]) -> Found:
    """Lines of invoices whose work is sold as no item."""
    if scene.items.default:
        return {}
    codes = codes_of_lines(ids)
    names = code_names(set(codes.values()))
    found: Found = defaultdict(list)
    lines = InvoiceLine.objects.filter(invoice__in=ids)
    for pk, invoice, item, name in lines.values_list("pk", "invoice_id", "item_id", "item__name"):
        code = codes.get(pk)
        problem = _no_item(names.get(code or 0, ""), name or "")
        if not scene.items.of_line(item, code) and problem not in found[invoice]:
            found[invoice].append(problem)
    return found


def _no_item(code: str, catalogue_item: str = "") -> Problem:
    if catalogue_item:
        words = f"{catalogue_item} of your catalogue has no QuickBooks item."
        return Problem(words, "Map it", _mapping("catalogue"))
    if code:
        return Problem(f"Labor code {code} has no QuickBooks item.", "Map it", _mapping("labor-codes"))
    return Problem("Work without a labor code needs a default item.", "Choose it", _mapping("defaults"))


def _money(scene: Scene, currency: str) -> list[Problem]:
    if currency == scene.books.currency or scene.books.has_currencies:
        return []
    words = f"QuickBooks keeps these books in {scene.books.currency} only, and this is in {currency}."
    return [Problem(words)]


def _closed(scene: Scene, on: date | None) -> list[Problem]:
    through = scene.books.closed_through
    if through is None or on is None or on > through:
        return []
    day = f"{through.day} {through:%b %Y}"
    words = f"The books in QuickBooks are closed through {day}. Have them reopened, or leave this out."
    return [Problem(words)]


def _there_or_going(scene: Scene, ids: Iterable[int]) -> set[int]:
    """The invoices that stand there, are on their way, or can go along with what pays them."""
    wanted = set(ids)
    under_way = OutboxRow.objects.filter(
        kind=KINDS[INVOICE].outbox,
        key__in=map(str, wanted),
        state__in=[OutboxRow.State.QUEUED, OutboxRow.State.SENDING, OutboxRow.State.UNKNOWN],
    )
    linked = links_of(PROVIDER, scene.account_id, KINDS[INVOICE].local, wanted)
    there = {*linked, *map(int, under_way.values_list("key", flat=True))}
    waiting = set(unposted(INVOICE).filter(pk__in=wanted - there).values_list("pk", flat=True))
    return there | (waiting - set(problems(INVOICE, waiting)))


def _mapping(place: str) -> str:
    return f"{reverse('integrations:quickbooks-mapping')}#{place}"
