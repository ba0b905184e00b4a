"""What lines are worth in the firm's own currency, in which limits and conditions of approval are."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.exchange import Wanted, rates_for
from core.money import ZERO, round_amount
from people.models import LegalEntity
from timesheets.models import Expense


@dataclass(frozen=True)
class FirmWorth:
    """The firm's currency, and the rates into it of the lines' days."""

    currency: str
    rates: dict[Wanted, Decimal]

    def known(self, line: Expense) -> Decimal | None:
        """The line in the firm's currency, rounded once; None where that cannot be known."""
        if line.base_amount is None or line.report.currency == self.currency:
            return line.base_amount
        rate = self.rates.get((line.report.currency, self.currency, line.spent_on))
        return rate and round_amount(line.base_amount * rate, self.currency)

    def of(self, line: Expense) -> Decimal:
        """As `known`; without a rate the line's own number, so that it is not waved through."""
        return self.known(line) or line.base_amount or ZERO


def firm_currency() -> str:
    """The currency of the firm's first company. One statement."""
    return LegalEntity.objects.values_list("currency", flat=True).get(is_default=True)


def firm_worth(lines: Iterable[Expense]) -> FirmWorth:
    """What is needed to value the lines, their reports loaded. One statement, two with reports in other currencies."""
    currency = firm_currency()
    wanted = {
        (line.report.currency, currency, line.spent_on) for line in lines if line.report.currency != currency
    }
    return FirmWorth(currency, {key: quoted.rate for key, quoted in rates_for(wanted).items()})
