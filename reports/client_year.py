"""What the last twelve months with a client brought, and what they cost the firm (product rules 1.1, 4.9)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from billing.models import CreditLine, CreditMemo, Invoice, InvoiceLine
from billing.models.invoices import NET_AMOUNT
from clients.models import Client
from core.money import ZERO, round_places
from projects.costs import cost_currency
from projects.models import Project
from timesheets.costs import cost_of_days, expense_costs

YEAR = timedelta(days=365)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Year:
    """Before tax, in the client's currency: what issued invoices ask for, less what credit memos of those months took
    back. `cost` is what the work of those days on its projects cost, in the firm's currency: time billable or not, and
    expenses as they were paid; None where the client is billed in another. Hours without a cost rate are left out."""

    invoiced: Decimal
    cost: Decimal | None = None
    uncosted_minutes: int = 0

    @property
    def margin(self) -> Decimal | None:
        return None if self.cost is None else self.invoiced - self.cost

    @property
    def percent(self) -> Decimal | None:
        """Of what is invoiced, to one place, half-up; None while nothing is."""
        if self.margin is None or not self.invoiced:
            return None
        return round_places(self.margin * HUNDRED / self.invoiced, 1)


def year_of(client: Client, today: date, *, with_cost: bool) -> Year:
    """The twelve months up to today. Three statements, six with the cost."""
    first = today - YEAR + timedelta(days=1)
    lines = InvoiceLine.objects.filter(
        invoice__client=client,
        invoice__state=Invoice.State.ISSUED,
        invoice__kind=Invoice.Kind.INVOICE,
        invoice__issued_on__range=(first, today),
    )
    credits = CreditLine.objects.filter(
        credit__client=client, credit__state=CreditMemo.State.ISSUED, credit__issued_on__range=(first, today)
    )
    asked, back = (each.aggregate(net=Sum(NET_AMOUNT, default=ZERO))["net"] for each in (lines, credits))
    currency = cost_currency()
    if not with_cost or client.currency != currency:
        return Year(asked - back)
    ids = list(Project.objects.filter(client=client).values_list("pk", flat=True))
    labour = cost_of_days(ids, first, today, currency)
    spent = expense_costs(ids, currency, by="project", between=(first, today))
    cost = labour.cost_amount + sum((each.cost_amount for each in spent.values()), ZERO)
    return Year(asked - back, cost, labour.uncosted_minutes)
