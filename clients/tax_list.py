"""The firm's tax codes with their taxes and rates, as the page and the API list them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from clients.models import TaxCode, TaxComponent


@dataclass(frozen=True)
class RateRow:
    """A rate of a tax; `first_on` is None where it applies from the beginning."""

    rate_percent: Decimal
    first_on: date | None


@dataclass(frozen=True)
class ComponentRow:
    component: TaxComponent
    rates: list[RateRow]

    @property
    def latest(self) -> RateRow:
        """The rate that began last, or will."""
        return self.rates[-1]


@dataclass(frozen=True)
class TaxRow:
    tax: TaxCode
    components: list[ComponentRow]


def tax_list(code_id: int | None = None) -> list[TaxRow]:
    """All codes, or one of them, with what they consist of now. Three statements."""
    parts = TaxComponent.objects.filter(is_active=True).prefetch_related("rates")
    codes = TaxCode.objects.prefetch_related(Prefetch("components", parts, to_attr="parts"))
    return [row_of(code) for code in (codes if code_id is None else codes.filter(pk=code_id))]


def row_of(code: TaxCode) -> TaxRow:
    """A code that was read with its `parts` and their rates."""
    parts: list[TaxComponent] = code.parts  # type: ignore[attr-defined]
    return TaxRow(
        code,
        [
            ComponentRow(part, [RateRow(rate.rate_percent, rate.first_on) for rate in part.rates.all()])
            for part in parts
        ],
    )
