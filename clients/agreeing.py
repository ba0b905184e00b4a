"""Payment terms: what a firm agrees with its clients once, for all."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from clients.access import require_manage_terms
from clients.adding import NameIsMissing
from clients.models import PaymentTerms
from core import audit
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.models import User

LONGEST_DAYS = 365
MOST_PERCENT = 50


class TermsTooLong(Refusal):
    sentence = f"Payment is due within 0 to {LONGEST_DAYS} days."


class DiscountIsWrong(Refusal):
    """The early-payment discount cannot be like that; the message says why."""


@dataclass(frozen=True)
class TermsWish:
    """Terms as they should be; `is_default` makes them the usual ones, and only other terms take that from them."""

    name: str
    net_days: int = 0
    basis: str = PaymentTerms.Basis.DATE
    discount_percent: Decimal = ZERO
    discount_days: int = 0
    is_default: bool = False


def add_terms(*, wanted: TermsWish, by: User | None) -> PaymentTerms:
    """Adds payment terms. Raises NotAllowed, NameIsMissing, TermsTooLong, DiscountIsWrong."""
    return _save_terms(PaymentTerms(), "terms.add", wanted, by)


def edit_terms(*, terms: PaymentTerms, wanted: TermsWish, by: User | None) -> PaymentTerms:
    """Changes terms; issued invoices keep their due dates and discounts. Raises as `add_terms`."""
    return _save_terms(terms, "terms.edit", wanted, by)


def _save_terms(terms: PaymentTerms, verb: str, wanted: TermsWish, by: User | None) -> PaymentTerms:
    name = " ".join(wanted.name.split())
    if not name:
        raise NameIsMissing(field="name")
    net_days = 0 if wanted.basis == PaymentTerms.Basis.RECEIPT else wanted.net_days
    if not 0 <= net_days <= LONGEST_DAYS:
        raise TermsTooLong(field="net_days")
    _check_discount(wanted)
    is_default = wanted.is_default or terms.is_default
    with promises(), transaction.atomic():
        require_manage_terms(by)
        audit.acting(verb, by=by, subject=terms if terms.pk else None, name=name)
        if is_default:
            PaymentTerms.objects.filter(is_default=True).exclude(pk=terms.pk).update(is_default=False)
        terms.name, terms.basis, terms.net_days, terms.is_default = name, wanted.basis, net_days, is_default
        terms.discount_percent, terms.discount_days = wanted.discount_percent, wanted.discount_days
        terms.save()
        return terms


def _check_discount(wanted: TermsWish) -> None:
    if not 0 <= wanted.discount_percent <= MOST_PERCENT:
        raise DiscountIsWrong(f"The discount is at most {MOST_PERCENT} percent.", field="discount_percent")
    if not wanted.discount_percent and wanted.discount_days:
        raise DiscountIsWrong("Say how many percent paying early saves.", field="discount_percent")
    if wanted.discount_percent and wanted.basis == PaymentTerms.Basis.RECEIPT:
        raise DiscountIsWrong("What is due on receipt cannot be paid early.", field="discount_percent")
    is_late = wanted.basis == PaymentTerms.Basis.DATE and wanted.discount_days > wanted.net_days
    if wanted.discount_percent and is_late:
        raise DiscountIsWrong("The discount ends before the invoice is due.", field="discount_days")
