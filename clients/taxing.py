"""Tax codes: adding and changing them, and giving their components new rates from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from clients.access import require_manage_terms
from clients.adding import NameIsMissing
from clients.models import TaxCode, TaxComponent, TaxRate
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import User

MOST_COMPONENTS = 5


class TaxIsWrong(Refusal):
    """The code cannot be like that; the message says why."""


@dataclass(frozen=True)
class ComponentWish:
    """One tax of a code as it should be; without a name it is called like the code."""

    name: str
    rate_percent: Decimal
    is_compound: bool = False


@dataclass(frozen=True)
class TaxWish:
    """A code as it should be. `components` are in their order; one that is left out is not used any more."""

    name: str
    components: Sequence[ComponentWish]
    is_inclusive: bool = False
    note: str = ""
    is_active: bool = True


def add_tax(*, wanted: TaxWish, by: User | None) -> TaxCode:
    """Adds a tax code; its rates apply from the beginning. Raises NotAllowed, NameIsMissing, TaxIsWrong."""
    return _save(TaxCode(), "tax.add", wanted, None, by)


def edit_tax(*, tax: TaxCode, wanted: TaxWish, by: User | None, first_on: date | None = None) -> TaxCode:
    """Changes a code; components keep their place. Issued invoices keep what they were issued with.

    Rates that differ apply from `first_on` on; without it the latest rates are corrected. Raises as `add_tax`.
    """
    return _save(tax, "tax.edit", wanted, first_on, by)


def _save(tax: TaxCode, verb: str, wanted: TaxWish, first_on: date | None, by: User | None) -> TaxCode:
    name = " ".join(wanted.name.split())
    if not name:
        raise NameIsMissing(field="name")
    _check(wanted, name)
    with promises(), transaction.atomic():
        require_manage_terms(by)
        if tax.pk:
            tax = TaxCode.objects.select_for_update().get(pk=tax.pk)
        audit.acting(verb, by=by, subject=tax if tax.pk else None, name=name, first_on=first_on)
        tax.name, tax.note = name, wanted.note.strip()[:300]
        tax.is_inclusive, tax.is_active = wanted.is_inclusive, wanted.is_active
        tax.save()
        _save_components(tax, wanted.components, first_on)
        return tax


def _check(wanted: TaxWish, name: str) -> None:
    if len(wanted.components) > MOST_COMPONENTS:
        raise TaxIsWrong(f"A tax code has at most {MOST_COMPONENTS} taxes.", field="components")
    names = [each.name.strip().casefold() or name.casefold() for each in wanted.components]
    if len(set(names)) < len(names):
        raise TaxIsWrong("Each tax of a code needs a name of its own.", field="components")
    if wanted.components and wanted.components[0].is_compound:
        raise TaxIsWrong("The first tax has none before it to be taken on top of.", field="components")


def _save_components(tax: TaxCode, wanted: Sequence[ComponentWish], first_on: date | None) -> None:
    known = list(TaxComponent.objects.filter(code=tax, is_active=True).order_by("position", "pk"))
    # Those that are left out stay for what was issued with them, under names that are free again.
    for unused in known[len(wanted) :]:
        unused.is_active, unused.name = False, f"{unused.name[:45]} ({unused.pk})"
        unused.save()
    for position, wish in enumerate(wanted, start=1):
        component = known[position - 1] if position <= len(known) else TaxComponent(code=tax)
        is_new = component.pk is None
        component.name = " ".join(wish.name.split())[:60] or tax.name
        component.position, component.is_compound = position, wish.is_compound
        component.save()
        _save_rate(component, wish.rate_percent, None if is_new else first_on)


def _save_rate(component: TaxComponent, percent: Decimal, first_on: date | None) -> None:
    latest = component.rates.order_by("-first_on").exclude(first_on=None).first() or component.rates.first()
    if latest is not None and latest.rate_percent == percent:
        return
    if latest is not None and (first_on is None or latest.first_on == first_on):
        latest.rate_percent = percent
        latest.save()
        return
    if latest is not None and latest.first_on is not None and first_on and first_on < latest.first_on:
        raise TaxIsWrong(
            f"{component.name} has a rate from {latest.first_on:%d %b %Y} on already. Choose a later day.",
            field="first_on",
        )
    TaxRate.objects.create(component=component, rate_percent=percent, first_on=first_on)
