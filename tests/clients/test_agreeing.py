"""Payment terms and tax codes."""

from decimal import Decimal

import pytest

from clients.agreeing import TermsTooLong, add_tax, add_terms, edit_tax, edit_terms
from clients.models import PaymentTerms
from core.errors import NotAllowed, Refusal
from tests.cast import Cast


def test_there_is_always_one_usual_set_of_terms(cast: Cast) -> None:
    weekly = add_terms(name="Net 7", net_days=7, by=cast.finance, is_default=True)
    assert list(PaymentTerms.objects.filter(is_default=True)) == [weekly]
    edit_terms(terms=weekly, name="Net 7", net_days=7, is_default=False, by=cast.finance)
    assert list(PaymentTerms.objects.filter(is_default=True)) == [weekly]


def test_bad_input(cast: Cast) -> None:
    with pytest.raises(TermsTooLong):
        add_terms(name="Never", net_days=1000, by=cast.finance)
    with pytest.raises(Refusal, match="already terms") as refused:
        add_terms(name="Net 30", net_days=30, by=cast.finance)
    assert refused.value.field == "name"
    with pytest.raises(Refusal, match="between 0 and 100"):
        add_tax(name="Too much", rate_percent=Decimal(101), by=cast.finance)


def test_taxes(cast: Cast) -> None:
    tax = add_tax(name="CA sales tax", rate_percent=Decimal("7.25"), by=cast.finance)
    tax = edit_tax(tax=tax, name="CA tax", rate_percent=Decimal("7.5"), is_active=False, by=cast.finance)
    assert (tax.name, tax.rate_percent, tax.is_active) == ("CA tax", Decimal("7.5"), False)


def test_managers_of_clients_do_not_change_taxes(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_tax(name="CA sales tax", rate_percent=Decimal(7), by=cast.manager)
    with pytest.raises(NotAllowed):
        add_terms(name="Net 7", net_days=7, by=cast.manager)
