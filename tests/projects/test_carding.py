"""Rate cards: adding, changing, ending rates; nothing overlaps, whoever is first wins."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from clients.models import Client
from core.errors import NotAllowed, Refusal
from core.models import Change
from people.models import JobTitle
from projects.carding import (
    EndsBeforeStart,
    NotARate,
    RateHasEnded,
    RateIsUsed,
    ScopeIsUnclear,
    StartsTooEarly,
    TaskIsElsewhere,
    add_card,
    add_rate,
    change_rate_from,
    edit_card,
    end_rate,
    remove_rate,
)
from projects.models import RateCard, RateRule
from projects.opening import NameIsMissing
from projects.promises import CardExists, RateOverlaps
from tests.cast import TODAY, Cast
from tests.two_connections import at_once
from timesheets.models import TimeEntry

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def senior(cast: Cast) -> RateRule:
    """Senior engineers at 190 from 1 January, without end."""
    return RateRule.objects.get(job_title__name="Senior engineer")


def test_cards_are_in_the_clients_currency_and_one_for_each(cast: Cast) -> None:
    client = Client.objects.create(name="Maple", currency="CAD")
    assert add_card(name="Maple 2026", client=client, by=cast.finance, currency="USD").currency == "CAD"
    assert add_card(name="Main", project=cast.project, by=cast.finance).scope == "PROJECT"
    with pytest.raises(CardExists) as refused:
        add_card(name="Maple again", client=client, by=cast.finance)
    assert refused.value.field == "client"
    with pytest.raises(CardExists):
        add_card(name="Second standard", by=cast.finance)
    with pytest.raises(ScopeIsUnclear):
        add_card(name="Both", client=client, project=cast.project, by=cast.finance)
    with pytest.raises(NameIsMissing):
        add_card(name=" ", client=client, by=cast.finance)
    with pytest.raises(Refusal, match="of this name"):
        add_card(name="Maple 2026", currency="EUR", by=cast.finance)
    assert edit_card(card=cast.card, name="Standard", by=cast.finance).name == "Standard"


def test_an_overlap_names_the_rate_that_is_in_the_way(cast: Cast, senior: RateRule) -> None:
    with pytest.raises(
        RateOverlaps, match=r"\$190.00 already applies .* from 1 Jan 2026 until further"
    ) as refused:
        add_rate(
            card=cast.card,
            job_title=senior.job_title,
            rate_amount=Decimal(200),
            starts_on=JULY,
            by=cast.finance,
        )
    assert refused.value.field == "starts_on"
    assert RateRule.objects.count() == 2


def test_the_database_holds_it_without_the_operation(cast: Cast, senior: RateRule) -> None:
    for overlapping in (DateRange(JULY, None), DateRange(date(2025, 1, 1), date(2026, 1, 2))):
        with pytest.raises(IntegrityError, match="projects_rates_do_not_overlap"), transaction.atomic():
            RateRule.objects.create(
                card=cast.card, job_title=senior.job_title, rate_amount=1, effective=overlapping
            )
    # Half-open: the day on which one ends is free for the next.
    RateRule.objects.create(
        card=cast.card,
        job_title=senior.job_title,
        rate_amount=1,
        effective=DateRange(date(2025, 1, 1), JANUARY),
    )


@pytest.mark.parametrize("amount", ["-1", "0.00001", "100000000", "NaN", "Infinity"])
def test_what_is_no_rate(cast: Cast, amount: str) -> None:
    with pytest.raises(NotARate):
        add_rate(card=cast.card, rate_amount=Decimal(amount), starts_on=JULY, by=cast.finance)


def test_zero_is_a_rate(cast: Cast) -> None:
    rule = add_rate(card=cast.card, rate_amount=Decimal(0), starts_on=JULY, by=cast.finance, ends_on=JULY)
    assert (rule.starts_on, rule.ends_on) == (JULY, JULY)


def test_changing_from_a_day_ends_one_and_starts_the_other(cast: Cast, senior: RateRule) -> None:
    new = change_rate_from(rule=senior, rate_amount=Decimal("205.50"), starts_on=JULY, by=cast.finance)
    senior.refresh_from_db()
    assert (senior.starts_on, senior.ends_on) == (JANUARY, date(2026, 6, 30))
    assert (new.starts_on, new.ends_on, new.rate_amount) == (JULY, None, Decimal("205.50"))
    assert new.job_title == senior.job_title
    assert Change.objects.get(table_name="projects_raterule").action.verb == "rate.change"
    with pytest.raises(RateHasEnded, match="30 Jun 2026"):
        change_rate_from(rule=senior, rate_amount=Decimal(1), starts_on=date(2026, 8, 1), by=cast.finance)
    with pytest.raises(StartsTooEarly, match="1 Jul 2026"):
        change_rate_from(rule=new, rate_amount=Decimal(1), starts_on=date(2026, 6, 30), by=cast.finance)


def test_a_rate_is_corrected_from_its_first_day(cast: Cast, senior: RateRule) -> None:
    same = change_rate_from(rule=senior, rate_amount=Decimal("195"), starts_on=JANUARY, by=cast.finance)
    assert (same.pk, same.rate_amount, same.starts_on) == (senior.pk, 195, JANUARY)
    assert Change.objects.get(table_name="projects_raterule").action.verb == "rate.correct"


def test_a_change_inside_ends_when_the_old_one_would(cast: Cast, senior: RateRule) -> None:
    end_rate(rule=senior, ends_on=date(2026, 12, 31), by=cast.finance)
    new = change_rate_from(rule=senior, rate_amount=Decimal(1), starts_on=JULY, by=cast.finance)
    assert new.ends_on == date(2026, 12, 31)


def test_ending_and_reopening(cast: Cast, senior: RateRule) -> None:
    with pytest.raises(EndsBeforeStart):
        end_rate(rule=senior, ends_on=date(2025, 12, 31), by=cast.finance)
    change_rate_from(rule=senior, rate_amount=Decimal(1), starts_on=JULY, by=cast.finance)
    with pytest.raises(RateOverlaps) as refused:
        end_rate(rule=senior, ends_on=None, by=cast.finance)
    assert refused.value.field == "ends_on"
    assert end_rate(rule=senior, ends_on=JANUARY, by=cast.finance).ends_on == JANUARY


def test_a_used_rate_stays(cast: Cast, senior: RateRule) -> None:
    entry = TimeEntry.objects.create(
        staff=cast.member.staff_member,
        project=cast.project,
        task=cast.design,
        worked_on=TODAY,
        worked_minutes=60,
        billable_minutes=60,
        rate_rule=senior,
    )
    with pytest.raises(RateIsUsed):
        remove_rate(rule=senior, by=cast.finance)
    entry.delete()
    remove_rate(rule=senior, by=cast.finance)
    assert not RateRule.objects.filter(pk=senior.pk).exists()


def test_a_task_belongs_to_what_the_card_is_for(cast: Cast) -> None:
    other = Client.objects.create(name="Other")
    card = add_card(name="Other 2026", client=other, by=cast.finance)
    for wrong in (card, cast.card):
        with pytest.raises(TaskIsElsewhere):
            add_rate(card=wrong, task=cast.design, rate_amount=Decimal(1), starts_on=JULY, by=cast.finance)
    own = add_card(name="Main", project=cast.project, by=cast.finance)
    assert add_rate(card=own, task=cast.design, rate_amount=Decimal(1), starts_on=JULY, by=cast.finance).pk


def test_a_person_and_a_role_are_refused(cast: Cast, senior: RateRule) -> None:
    with pytest.raises(Refusal, match="person or for a role"):
        add_rate(
            card=cast.card,
            staff=cast.member.staff_member,
            job_title=senior.job_title,
            rate_amount=Decimal(1),
            starts_on=JULY,
            by=cast.finance,
        )


def test_only_with_the_right(cast: Cast, senior: RateRule) -> None:
    for call in (
        lambda: add_card(name="Mine", by=cast.manager, currency="EUR"),
        lambda: add_rate(card=cast.card, rate_amount=Decimal(1), starts_on=JULY, by=cast.manager),
        lambda: change_rate_from(rule=senior, rate_amount=Decimal(1), starts_on=JULY, by=cast.manager),
        lambda: end_rate(rule=senior, ends_on=JULY, by=cast.manager),
        lambda: remove_rate(rule=senior, by=cast.manager),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_two_people_add_the_same_rate_at_once(own_firm: object) -> None:
    card = RateCard.objects.create(name="Standard", scope="FIRM")
    title = JobTitle.objects.create(name="Engineer")
    answers = at_once(
        own_firm,
        *[
            lambda amount=amount: add_rate(
                card=card, job_title=title, rate_amount=Decimal(amount), starts_on=JULY, by=None
            )
            for amount in (100, 200)
        ],
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["RateOverlaps", "RateRule"]
    assert RateRule.objects.count() == 1


def test_two_people_change_the_same_rate_at_once(own_firm: object) -> None:
    card = RateCard.objects.create(name="Standard", scope="FIRM")
    rule = RateRule.objects.create(card=card, rate_amount=1, effective=DateRange(JANUARY, None))
    answers = at_once(
        own_firm,
        *[
            lambda amount=amount: change_rate_from(
                rule=rule, rate_amount=Decimal(amount), starts_on=JULY, by=None
            )
            for amount in (100, 200)
        ],
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["RateHasEnded", "RateRule"]
    assert RateRule.objects.count() == 2
