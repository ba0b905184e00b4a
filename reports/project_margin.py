"""What a project cost the firm, and what is left of what was invoiced (product rules 4.9)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import CreditLine, CreditMemo, Invoice, InvoiceLine
from billing.models.invoices import NET_AMOUNT
from core.money import ZERO, round_places
from projects.costs import cost_currency
from projects.models import Project
from timesheets.costs import ExpenseCost, LabourCost, cost_by_project, expense_costs

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Margin:
    """Cost until now, in the firm's currency: time at the cost rates of its days, billable or not, and expenses as
    they were paid. `invoiced` is that before tax, None where the client is billed in another currency."""

    currency: str
    labour: LabourCost
    expenses: ExpenseCost
    invoiced: Decimal | None

    @property
    def cost(self) -> Decimal:
        return self.labour.cost_amount + self.expenses.cost_amount

    @property
    def amount(self) -> Decimal | None:
        """Invoiced less cost; work that stands on no invoice yet is cost alone."""
        return None if self.invoiced is None else self.invoiced - self.cost

    @property
    def percent(self) -> Decimal | None:
        """The margin in percent of what is invoiced, to one place, half-up; None while nothing is."""
        if self.amount is None or not self.invoiced:
            return None
        return round_places(self.amount * HUNDRED / self.invoiced, 1)

    @property
    def is_loss(self) -> bool:
        return self.amount is not None and self.amount < ZERO


def invoiced_on(project: Project) -> Decimal:
    """What issued invoices ask for work on a project before tax, in its currency, less what credit memos take back.

    Deposits are no income and left out. Two statements.
    """
    lines = InvoiceLine.objects.filter(
        Q(project=project) | Q(project=None, invoice__project=project),
        invoice__state=Invoice.State.ISSUED,
        invoice__kind=Invoice.Kind.INVOICE,
    )
    credits = CreditLine.objects.filter(
        Q(project=project) | Q(project=None, credit__invoice__project=project),
        credit__state=CreditMemo.State.ISSUED,
    )
    asked, back = (each.aggregate(net=Sum(NET_AMOUNT, default=ZERO))["net"] for each in (lines, credits))
    return asked - back


def margin_of(project: Project, invoiced: Decimal) -> Margin:
    """The margin of a project of which so much is invoiced before tax, in its own currency. Three statements."""
    currency = cost_currency()
    labour = cost_by_project([project.pk], currency).get(project.pk, LabourCost())
    expenses = expense_costs([project.pk], currency, by="project").get(project.pk, ExpenseCost())
    return Margin(currency, labour, expenses, invoiced if project.currency == currency else None)
