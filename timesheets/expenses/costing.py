"""Costing: fills in what lines come to, from the rates and markups of their day. A constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from core.exchange import Quoted, Wanted, rates_for
from timesheets.expenses.values import (
    Exchange,
    Price,
    converted,
    markup_for,
    price_of_cost,
    price_of_units,
    unit_amount,
)
from timesheets.models import Expense, ExpenseMarkup, ExpenseRate

UNCHANGED = Exchange(Decimal(1), "the same currency")


@dataclass
class _Table:
    """What was read for a batch of lines."""

    unit_rates: dict[int, list[ExpenseRate]] = field(default_factory=dict)
    quoted: dict[Wanted, Quoted] = field(default_factory=dict)
    markups: list[ExpenseMarkup] = field(default_factory=list)

    def unit_rate(self, line: Expense) -> ExpenseRate | None:
        rates = self.unit_rates.get(line.code_id or 0, [])
        return next((rate for rate in rates if line.spent_on in rate.effective), None)

    def exchange(self, base: str, quote: str, on: date) -> Exchange | None:
        if base == quote:
            return UNCHANGED
        found = self.quoted.get((base, quote, on))
        return Exchange(found.rate, found.words()) if found else None


def cost_lines(lines: Sequence[Expense]) -> None:
    """Sets amounts, exchange rates and what the client pays, of unsaved changes to lines; saves nothing.

    Report, code and the project's client must be loaded. What cannot be known stays None: the amount of a unit without
    a rate on its day, the worth in another currency without an exchange rate. A typed exchange rate is left alone.
    """
    table = _Table(unit_rates=_unit_rates(lines))
    for line in lines:
        _count_units(line, table.unit_rate(line))
    table.quoted = rates_for(_wanted(lines))
    table.markups = _markups(lines)
    for line in lines:
        _convert(line, table)
        _bill(line, table)


def _unit_rates(lines: Iterable[Expense]) -> dict[int, list[ExpenseRate]]:
    codes = {line.code_id for line in lines if line.code and line.code.unit}
    found: dict[int, list[ExpenseRate]] = {}
    if codes:
        for rate in ExpenseRate.objects.filter(code__in=codes).select_related("code"):
            found.setdefault(rate.code_id, []).append(rate)
    return found


def _count_units(line: Expense, rate: ExpenseRate | None) -> None:
    if line.code is None or not line.code.unit:
        line.unit_rate, line.unit_cost_amount, line.unit_billing_amount = None, None, None
        return
    line.unit_rate = rate
    line.unit_cost_amount = rate.cost_amount if rate else None
    line.unit_billing_amount = rate.billing_amount if rate else None
    if rate is not None:
        line.currency = rate.currency
    line.amount = unit_amount(line.quantity, rate.cost_amount, rate.currency) if rate else None


def _wanted(lines: Iterable[Expense]) -> set[Wanted]:
    wanted: set[Wanted] = set()
    for line in lines:
        if line.currency != line.report.currency and not line.is_overridden:
            wanted.add((line.currency, line.report.currency, line.spent_on))
        if line.is_billable and line.project and line.currency != line.project.client.currency:
            wanted.add((line.currency, line.project.client.currency, line.spent_on))
    return wanted


def _markups(lines: Iterable[Expense]) -> list[ExpenseMarkup]:
    billed = [line for line in lines if line.is_billable and line.project and line.code_id]
    if not billed:
        return []
    projects = {line.project_id for line in billed}
    clients = {line.project.client_id for line in billed if line.project}
    codes = {line.code_id for line in billed}
    found = ExpenseMarkup.objects.filter(
        Q(project__in=projects) | Q(client__in=clients) | Q(code__in=codes, client=None, project=None)
    )
    return list(found.select_related("code", "client", "project"))


def _convert(line: Expense, table: _Table) -> None:
    if line.currency == line.report.currency:
        line.exchange_rate, line.exchange_source, line.exchange_by_name = None, "", ""
        line.base_amount = line.amount
        return
    if not line.is_overridden:
        found = table.exchange(line.currency, line.report.currency, line.spent_on)
        line.exchange_rate = found.rate if found else None
        line.exchange_source = found.source if found else ""
    if line.amount is None or line.exchange_rate is None:
        line.base_amount = None
    else:
        exchange = Exchange(line.exchange_rate, line.exchange_source)
        line.base_amount = converted(line.amount, exchange, line.report.currency)


def _bill(line: Expense, table: _Table) -> None:
    price, currency = None, ""
    if line.is_billable and line.project is not None:
        currency = line.project.client.currency
        price = _price(line, currency, table)
    line.billable_currency = currency
    line.billable_amount = price.amount if price else None
    line.billable_source = price.source if price else ""


def _price(line: Expense, currency: str, table: _Table) -> Price | None:
    if line.amount is None or line.code_id is None or line.project is None:
        return None
    exchange = _exchange_to_client(line, currency, table)
    if exchange is None:
        return None
    if line.unit_rate is not None:
        price = price_of_units(line.quantity, line.unit_rate, exchange, currency)
        if price is not None:
            return price
    markup = markup_for(
        table.markups, code_id=line.code_id, client_id=line.project.client_id, project_id=line.project.pk
    )
    return price_of_cost(line.amount, markup, _owner(markup), exchange, currency)


def _exchange_to_client(line: Expense, currency: str, table: _Table) -> Exchange | None:
    """What somebody typed for the line also counts for the client, where both are in the same currency."""
    if line.is_overridden and currency == line.report.currency and line.exchange_rate is not None:
        return Exchange(line.exchange_rate, f"typed by {line.exchange_by_name}", line.exchange_by_name)
    return table.exchange(line.currency, currency, line.spent_on)


def _owner(markup: ExpenseMarkup | None) -> str:
    if markup is None:
        return ""
    whose = markup.project or markup.client
    if whose is None:
        return str(markup.code)
    return f"{whose}, {markup.code}" if markup.code else str(whose)
