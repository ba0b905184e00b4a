"""What comes on top of a rate: multipliers, and the surcharge for an hour on site."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from projects.models import RateCard, RateRule
from projects.rates import RateKey, resolve_rate, trace
from tests.projects.rated import DAY, SATURDAY, add_rule


@pytest.mark.parametrize(
    ("on", "codes", "named", "amount", "words"),
    [
        (DAY, False, (), "100.0000", ""),
        (SATURDAY, False, (), "200.0000", ", 2 × at the weekend"),
        (DAY, True, (), "150.0000", ", 1.5 × for overtime"),
        (SATURDAY, True, (), "200.0000", ", 2 × at the weekend"),
        (DAY, True, ("labor_code",), "100.0000", ""),
        (SATURDAY, True, ("labor_code",), "200.0000", ", 2 × at the weekend"),
    ],
)
def test_multipliers(
    key: RateKey,
    cards: dict[str, RateCard],
    on: date,
    codes: bool,
    named: tuple[str, ...],
    amount: str,
    words: str,
) -> None:
    """The higher one counts, once; a rate for the labor code of overtime is taken as it is."""
    card = cards["firm"]
    card.weekend_factor, card.overtime_factor = Decimal(2), Decimal("1.5")
    card.overtime_code_id = key.labor_code_id
    card.save()
    add_rule(card, named, key, 100)
    rate = resolve_rate(replace(key, on=on, labor_code_id=key.labor_code_id if codes else None))
    assert (str(rate.amount), rate.source.partition("since 1 Jan 2026")[2]) == (amount, words)


def test_a_multiplied_rate_has_four_places(key: RateKey, cards: dict[str, RateCard]) -> None:
    """Half-up: 190.1234 × 1.125 = 213.888825."""
    RateCard.objects.filter(pk=cards["firm"].pk).update(weekend_factor=Decimal("1.125"))
    add_rule(cards["firm"], (), key, "190.1234")
    assert resolve_rate(replace(key, on=SATURDAY)).amount == Decimal("213.8888")
    RateCard.objects.filter(pk=cards["firm"].pk).update(weekend_factor=Decimal("1.5"))
    RateRule.objects.update(rate_amount=Decimal("0.0003"))
    assert resolve_rate(replace(key, on=SATURDAY)).amount == Decimal("0.0005")


@pytest.mark.parametrize(
    ("on", "codes", "named", "amount", "words"),
    [
        (DAY, False, (), "190.0000", ""),
        (DAY, True, (), "215.0000", ", + $25.00 an hour on site"),
        (SATURDAY, True, (), "405.0000", ", 2 × at the weekend, + $25.00 an hour on site"),
        (SATURDAY, False, (), "380.0000", ", 2 × at the weekend"),
        (DAY, True, ("labor_code",), "190.0000", ""),
    ],
)
def test_an_hour_on_site(
    key: RateKey,
    cards: dict[str, RateCard],
    on: date,
    codes: bool,
    named: tuple[str, ...],
    amount: str,
    words: str,
) -> None:
    """Added after the multiplier; a rate for the labor code of work on site is taken as it is."""
    card = cards["firm"]
    card.weekend_factor, card.onsite_amount, card.onsite_code_id = Decimal(2), Decimal(25), key.labor_code_id
    card.save()
    add_rule(card, named, key, 190)
    rate = resolve_rate(replace(key, on=on, labor_code_id=key.labor_code_id if codes else None))
    assert (str(rate.amount), rate.source.partition("since 1 Jan 2026")[2]) == (amount, words)
    step = next(step for step in trace(replace(key, on=on)) if step.is_used)
    assert step.rate == resolve_rate(replace(key, on=on))


def test_a_day_on_site(key: RateKey, cards: dict[str, RateCard]) -> None:
    """7.5 hours at 25.00 come on top of a day, rounded once: 1,000.03 + 187.50; 0.3333 × 450 ÷ 60 is 2.49975."""
    found = RateCard.objects.filter(pk=cards["firm"].pk)
    found.update(unit="DAY", unit_minutes=450, onsite_amount=25, onsite_code=key.labor_code_id)
    add_rule(cards["firm"], (), key, "1000.03")
    assert resolve_rate(key).amount == Decimal("1187.5300")
    found.update(onsite_amount=Decimal("0.3333"))
    assert resolve_rate(key).amount == Decimal("1002.5298")
    RateRule.objects.update(rate_amount=0)
    assert resolve_rate(key).amount == Decimal("2.4998")


def test_the_surcharge_names_its_labor_code(key: RateKey, cards: dict[str, RateCard]) -> None:
    found = RateCard.objects.filter(pk=cards["firm"].pk)
    for values, name in (
        ({"onsite_amount": 25}, "projects_card_onsite_code"),
        ({"onsite_code": key.labor_code_id}, "projects_card_onsite_code"),
        ({"onsite_amount": 0, "onsite_code": key.labor_code_id}, "projects_card_onsite_positive"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            found.update(**values)
