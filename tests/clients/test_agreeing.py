"""Payment terms: when they are due, and what paying early saves."""

from datetime import date
from decimal import Decimal

import pytest

from clients.agreeing import DiscountIsWrong, TermsTooLong, TermsWish, add_terms, edit_terms
from clients.models import PaymentTerms
from core.errors import NotAllowed, Refusal
from tests.cast import Cast


def test_there_is_always_one_usual_set_of_terms(cast: Cast) -> None:
    weekly = add_terms(wanted=TermsWish("Net 7", 7, is_default=True), by=cast.finance)
    assert list(PaymentTerms.objects.filter(is_default=True)) == [weekly]
    edit_terms(terms=weekly, wanted=TermsWish("Net 7", 7), by=cast.finance)
    assert list(PaymentTerms.objects.filter(is_default=True)) == [weekly]


def test_bad_input(cast: Cast) -> None:
    with pytest.raises(TermsTooLong):
        add_terms(wanted=TermsWish("Never", 1000), by=cast.finance)
    with pytest.raises(Refusal, match="already terms") as refused:
        add_terms(wanted=TermsWish("Net 30", 30), by=cast.finance)
    assert refused.value.field == "name"


def test_managers_of_clients_do_not_change_terms(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_terms(wanted=TermsWish("Net 7", 7), by=cast.manager)


@pytest.mark.parametrize(
    ("wanted", "issued", "due", "until"),
    [
        (TermsWish("a", 30), date(2026, 1, 15), date(2026, 2, 14), None),
        (TermsWish("a", 15, "MONTH_END"), date(2026, 1, 15), date(2026, 2, 15), None),
        (TermsWish("a", 0, "MONTH_END"), date(2028, 2, 1), date(2028, 2, 29), None),
        (TermsWish("a", 14, "RECEIPT"), date(2026, 1, 15), date(2026, 1, 15), None),
        (TermsWish("a", 30, "DATE", Decimal(2), 10), date(2026, 1, 25), date(2026, 2, 24), date(2026, 2, 4)),
    ],
)
def test_when_an_invoice_is_due(
    cast: Cast, wanted: TermsWish, issued: date, due: date, until: date | None
) -> None:
    terms = add_terms(wanted=wanted, by=cast.finance)
    assert (terms.due_on(issued), terms.discount_until_on(issued)) == (due, until)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (TermsWish("a", 30, "DATE", Decimal(51), 10), "at most 50"),
        (TermsWish("a", 30, "DATE", Decimal(0), 10), "how many percent"),
        (TermsWish("a", 30, "DATE", Decimal(2), 31), "before the invoice is due"),
        (TermsWish("a", 0, "RECEIPT", Decimal(2), 0), "on receipt"),
    ],
)
def test_discounts_for_paying_early_that_make_no_sense(cast: Cast, wanted: TermsWish, words: str) -> None:
    with pytest.raises(DiscountIsWrong, match=words):
        add_terms(wanted=wanted, by=cast.finance)
