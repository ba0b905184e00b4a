"""Tax codes for tests."""

from decimal import Decimal

from clients.models import TaxCode, TaxComponent, TaxRate


def tax_code(name: str = "Sales tax", *rates: str, is_inclusive: bool = False, note: str = "") -> TaxCode:
    """A code with a component for each rate, as from the beginning; a star makes one compound.

    Of one rate the component has the code's name, of several Tax 1, Tax 2 and so on.
    """
    code = TaxCode.objects.create(name=name, is_inclusive=is_inclusive, note=note)
    for position, rate in enumerate(rates, start=1):
        component = TaxComponent.objects.create(
            code=code,
            name=name if len(rates) == 1 else f"Tax {position}",
            position=position,
            is_compound=rate.endswith("*"),
        )
        TaxRate.objects.create(component=component, rate_percent=Decimal(rate.rstrip("*")))
    return code
