"""Payment terms and tax codes: what a firm agrees with its clients once, for all."""

from decimal import Decimal

from django.db import transaction

from clients.access import require_manage_terms
from clients.adding import NameIsMissing
from clients.models import PaymentTerms, TaxCode
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import User

LONGEST_DAYS = 365


class TermsTooLong(Refusal):
    sentence = f"Payment is due within 0 to {LONGEST_DAYS} days."


def add_terms(*, name: str, net_days: int, by: User | None, is_default: bool = False) -> PaymentTerms:
    """Adds payment terms: due `net_days` days after the invoice's date; `is_default` makes them the usual ones."""
    return _save_terms(PaymentTerms(), "terms.add", name, net_days, is_default, by)


def edit_terms(
    *, terms: PaymentTerms, name: str, net_days: int, is_default: bool, by: User | None
) -> PaymentTerms:
    """Changes terms; issued invoices keep their due dates. Others become the usual ones only by being marked so."""
    return _save_terms(terms, "terms.edit", name, net_days, is_default or terms.is_default, by)


def _save_terms(
    terms: PaymentTerms, verb: str, name: str, net_days: int, is_default: bool, by: User | None
) -> PaymentTerms:
    if not name.strip():
        raise NameIsMissing(field="name")
    if not 0 <= net_days <= LONGEST_DAYS:
        raise TermsTooLong(field="net_days")
    with promises(), transaction.atomic():
        require_manage_terms(by)
        audit.acting(verb, by=by, subject=terms if terms.pk else None, name=name)
        if is_default:
            PaymentTerms.objects.filter(is_default=True).exclude(pk=terms.pk).update(is_default=False)
        terms.name, terms.net_days, terms.is_default = name.strip(), net_days, is_default
        terms.save()
        return terms


def add_tax(*, name: str, rate_percent: Decimal, by: User | None) -> TaxCode:
    """Adds a tax that invoices may carry, in percent of the net amount."""
    return _save_tax(TaxCode(), "tax.add", name, rate_percent, True, by)


def edit_tax(*, tax: TaxCode, name: str, rate_percent: Decimal, is_active: bool, by: User | None) -> TaxCode:
    """Changes a tax; issued invoices keep the rate they were issued with. An inactive one leaves the pick-lists."""
    return _save_tax(tax, "tax.edit", name, rate_percent, is_active, by)


def _save_tax(
    tax: TaxCode, verb: str, name: str, rate_percent: Decimal, is_active: bool, by: User | None
) -> TaxCode:
    if not name.strip():
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require_manage_terms(by)
        audit.acting(verb, by=by, subject=tax if tax.pk else None, name=name)
        tax.name, tax.rate_percent, tax.is_active = name.strip(), rate_percent, is_active
        tax.save()
        return tax
