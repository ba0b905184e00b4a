"""Fifty issued invoices of five clients in a committed firm, on their way to QuickBooks; and what must hold then."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.rendering import RENDER_KIND
from clients.models import Client
from core import clock
from core.models import OutboxRow
from integrations.mappings import map_to
from integrations.models import CallBucket, Connection, ExternalLink, Mapping, RemoteRecord
from integrations.quickbooks.mapping import PURPOSE, Purpose
from integrations.quickbooks.posting import post, states
from integrations.quickbooks.pulling import pull
from projects.models import ContractLine, Project, Task
from tests.billing.work import drafted
from tests.books import Books, connect_books
from tests.cast import NOW, TODAY, Cast
from tests.faults.carrying import Worker, start
from tests.stand_ins import Sandbox

NUMBER, CLIENTS = 50, 5
# How far rounds are apart: longer than a silent worker is waited for, and than any pause of a minute.
ROUND = timedelta(minutes=6)


def issue_fifty(cast: Cast) -> None:
    """Fifty invoices of different amounts. Their PDFs are another story."""
    for number in range(CLIENTS):
        one = cast if number == 0 else _another_client(cast, number)
        for turn in range(NUMBER // CLIENTS):
            draft = drafted(one, 30 + 6 * (CLIENTS * turn + number))
            issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    OutboxRow.objects.filter(kind=RENDER_KIND).delete()


def _another_client(cast: Cast, number: int) -> Cast:
    client = Client.objects.create(
        name=f"District {number}", billing_address="1 Main St", payment_terms=cast.client.payment_terms
    )
    project = Project.objects.create(client=client, name=f"Bridge {number}", code=f"BRG-{number}")
    line = ContractLine.objects.create(project=project, name="Time and materials")
    task = Task.objects.create(
        project=project, contract_line=line, name="Survey", labor_code=cast.engineering, position=1
    )
    return replace(cast, client=client, project=project, design=task)


@dataclass
class Fifty:
    """The invoices, their company, and the instant at which the next round of workers begins."""

    cast: Cast
    books: Books
    at: datetime = NOW
    invoices: dict[int, Invoice] = field(default_factory=dict)

    def queue(self) -> None:
        """Finance posts them all; the broker loses every task, so the sweep alone carries them."""
        self.invoices = {bill.pk: bill for bill in Invoice.objects.issued()}
        assert len(self.invoices) == NUMBER
        posted = post(kind="invoice", ids=list(self.invoices), by=self.cast.finance, at=self.at)
        assert (posted.queued, posted.refused) == (NUMBER, {})

    def start(self) -> Worker:
        return start(self.at)[0]

    def work(self, number: int = 2) -> list[int]:
        """So many workers at once until nothing is due; how much each moved."""
        return [worker.wait() for worker in start(self.at, number)]

    def pass_time(self) -> None:
        """The next round, in which whoever was silent is taken for dead, and a pause is over."""
        self.at += ROUND
        for bucket in CallBucket.objects.exclude(paused_until=None):
            CallBucket.objects.filter(pk=bucket.pk).update(
                paused_until=bucket.paused_until - ROUND,
                minute_started_at=bucket.minute_started_at - ROUND,
            )

    def finish(self, *, rounds: int = 8) -> None:
        """Rounds of two workers until all is done."""
        for _ in range(rounds):
            if not self.open_rows():
                return
            self.pass_time()
            self.work()
        raise AssertionError(f"not done: {self.open_rows()}")

    def open_rows(self) -> list[tuple[str, str, str, str]]:
        rows = OutboxRow.objects.exclude(state=OutboxRow.State.DONE)
        return list(rows.values_list("kind", "key", "state", "last_error"))

    def there(self) -> list[dict[str, Any]]:
        return self.books.all("Invoice")

    def counted(self) -> Counter[str]:
        return Counter(OutboxRow.objects.filter(kind="quickbooks.invoice").values_list("state", flat=True))

    def each_is_there_once(self) -> None:
        """Exactly fifty there, none twice, none lost, each link with its own invoice and customer."""
        there = {record["Id"]: record for record in self.there()}
        numbers = Counter(record["DocNumber"] for record in there.values())
        assert numbers == Counter(bill.number for bill in self.invoices.values())
        names = Counter(record["DisplayName"] for record in self.books.all("Customer"))
        clients = {client.pk: client.name for client in Client.objects.all()}
        links = ExternalLink.objects.filter(local_kind="billing.invoice")
        assert {(link.local_id, link.state) for link in links} == {(pk, "ACTIVE") for pk in self.invoices}
        assert len({link.remote_id for link in links}) == len(links) == NUMBER
        customers = {
            link.local_id: link.remote_id
            for link in ExternalLink.objects.filter(local_kind="clients.client", state="ACTIVE")
        }
        for link in links:
            bill, record = self.invoices[link.local_id], there[link.remote_id]
            assert record["DocNumber"] == bill.number
            assert record["PrivateNote"].endswith(f":invoice:{bill.pk}")
            assert Decimal(str(record["TotalAmt"])) == bill.total_amount
            assert record["CustomerRef"]["value"] == customers[bill.client_id]
            assert names[clients[bill.client_id]] == 1
            assert link.remote_version == record["SyncToken"]
            row = OutboxRow.objects.get(kind="quickbooks.invoice", key=str(bill.pk))
            assert (row.state, row.answer["id"]) == (OutboxRow.State.DONE, link.remote_id)
        assert set(states("invoice", self.invoices).values()) == {"posted"}


def connect(cast: Cast, sandbox: Sandbox) -> Fifty:
    """Connects the firm with a company as on its first day; what was posted elsewhere before is forgotten."""
    for model in (OutboxRow, ExternalLink, Connection, CallBucket, RemoteRecord, Mapping):
        model.objects.all().delete()
    books = connect_books(sandbox)
    # Workers look at the clock, whatever instant they are told.
    Connection.objects.update(access_expires_at=clock.now() + timedelta(minutes=55))
    pull(by=cast.owner, at=clock.now())
    item = next(each for each in books.all("Item") if each["Type"] == "Service")
    map_to("quickbooks", books.realm, PURPOSE, [(Purpose.DEFAULT_ITEM, item["Id"])], "Item")
    fifty = Fifty(cast, books)
    fifty.queue()
    return fifty
