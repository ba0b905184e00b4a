"""Tax codes of one or several taxes, and rates from a day on."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import TaxComponent
from clients.tax_list import tax_list
from clients.taxing import ComponentWish, TaxIsWrong, TaxWish, add_tax, edit_tax
from core.errors import NotAllowed, Refusal
from tests.cast import Cast

STATE, COUNTY = ComponentWish("State", Decimal("6.25")), ComponentWish("County", Decimal(2))
NEW_YEAR = date(2027, 1, 1)


def rates(code_id: int) -> dict[str, list[tuple[Decimal, date | None]]]:
    (row,) = tax_list(code_id)
    return {
        part.component.name: [(rate.rate_percent, rate.first_on) for rate in part.rates]
        for part in row.components
    }


def test_a_code_with_two_taxes_one_of_which_rises(cast: Cast) -> None:
    tax = add_tax(wanted=TaxWish("Texas", [STATE, COUNTY]), by=cast.finance)
    raised = TaxWish("Texas", [STATE, ComponentWish("County", Decimal("2.25"))])
    edit_tax(tax=tax, wanted=raised, first_on=NEW_YEAR, by=cast.finance)
    assert rates(tax.pk) == {
        "State": [(Decimal("6.25"), None)],
        "County": [(Decimal(2), None), (Decimal("2.25"), NEW_YEAR)],
    }
    # Without a day the latest rate is corrected; a day before it is refused.
    edit_tax(tax=tax, wanted=TaxWish("Texas", [STATE, ComponentWish("Parish", Decimal(3))]), by=cast.finance)
    assert rates(tax.pk)["Parish"] == [(Decimal(2), None), (Decimal(3), NEW_YEAR)]
    with pytest.raises(TaxIsWrong, match="from 01 Jan 2027 on already"):
        edit_tax(tax=tax, wanted=raised, first_on=date(2026, 6, 1), by=cast.finance)
    # What is left out stays for what was issued with it, and its name is free.
    edit_tax(tax=tax, wanted=TaxWish("Texas", [STATE]), by=cast.finance)
    edit_tax(tax=tax, wanted=TaxWish("Texas", [STATE, COUNTY]), by=cast.finance)
    assert rates(tax.pk) == {"State": [(Decimal("6.25"), None)], "County": [(Decimal(2), None)]}
    assert TaxComponent.objects.filter(code=tax).count() == 3


def test_what_a_code_cannot_be(cast: Cast) -> None:
    for wanted, words in (
        (TaxWish("A", [ComponentWish("", Decimal(101))]), "between 0 and 100"),
        (TaxWish("A", [STATE, STATE]), "name of its own"),
        (TaxWish("A", [ComponentWish("A", Decimal(1), is_compound=True)]), "none before it"),
        (TaxWish("A", [ComponentWish(str(n), Decimal(1)) for n in range(6)]), "at most 5"),
        (TaxWish(" ", [STATE]), "name"),
    ):
        with pytest.raises(Refusal, match=words):
            add_tax(wanted=wanted, by=cast.finance)
    with pytest.raises(NotAllowed):
        add_tax(wanted=TaxWish("A", [STATE]), by=cast.manager)
