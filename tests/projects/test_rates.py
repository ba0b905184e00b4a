"""The precedence of rate cards, row by row, and as a property."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import JobTitle
from projects.models import LaborCode, ProjectBase, RateCard, RateRule
from projects.rates import (
    SOURCE_LENGTH,
    STEPS,
    Rate,
    RateKey,
    rate_source,
    resolve_rate,
    resolve_rates,
    trace,
)
from tests.cast import Cast
from tests.projects.rated import DAY, add_rule


@pytest.fixture
def base(cast: Cast) -> ProjectBase:
    return ProjectBase.objects.create(project=cast.project, source="STAFF", letter="B")


# Within a card, the most specific first. A person and a role never stand in one rule.
INSIDE = [
    ("staff", "task", "labor_code"),
    ("staff", "task"),
    ("staff", "labor_code"),
    ("staff",),
    ("task", "labor_code", "job_title"),
    ("task", "labor_code"),
    ("task", "job_title"),
    ("task",),
    ("labor_code", "job_title"),
    ("labor_code",),
    ("job_title",),
]
PRECEDENCE = [
    *(("project", named) for named in INSIDE),
    *(("client", named) for named in INSIDE),
    ("client", ()),
    ("letter", ("staff",)),
    ("project", ()),
    *(("firm", named) for named in INSIDE),
    ("firm", ()),
]


def test_the_whole_precedence(key: RateKey, cards: dict[str, RateCard], base: ProjectBase) -> None:
    """All rules at once; each time the winner is taken away and the next in the list must win."""
    rules = [
        add_rule(cards[card], named, key, 1000 - place) for place, (card, named) in enumerate(PRECEDENCE)
    ]
    for place, rule in enumerate(rules):
        found = resolve_rate(key)
        assert (found.amount, found.rule_id) == (Decimal(1000 - place), rule.pk), PRECEDENCE[place]
        rule.delete()
    assert resolve_rate(key) == Rate(None, "USD", None, "")


# The published table (product reference 1.3), row by row.
PUBLISHED = [
    (2, "project", ("staff", "task", "labor_code")),
    (3, "project", ("staff", "task")),
    (4, "project", ("staff", "labor_code")),
    (5, "project", ("staff",)),
    (6, "project", ("task", "labor_code")),
    (7, "project", ("task",)),
    (8, "project", ("labor_code",)),
    (9, "project", ("job_title",)),
    (10, "client", ()),
    (11, "letter", ("staff",)),
    (12, "firm", ()),
]


def test_the_published_steps(key: RateKey, cards: dict[str, RateCard], base: ProjectBase) -> None:
    """Each step beats all below it, and the trace says which one was used and what the others have."""
    for number, card, named in PUBLISHED:
        add_rule(cards[card], named, key, 100 + number)
    for used in range(2, 13):
        rate = resolve_rate(key)
        assert (rate.step, rate.amount) == (used, 100 + used)
        steps = trace(key)
        assert [step.number for step in steps] == list(STEPS) == list(range(1, 13))
        assert [step.number for step in steps if step.is_used] == [used]
        assert [step.number for step in steps if step.rate] == list(range(used, 13))
        RateRule.objects.get(pk=rate.rule_id).delete()
    assert not any(step.is_used for step in trace(key))


@pytest.mark.parametrize(
    ("source", "letter", "amount"),
    [("STAFF", "B", 81), ("LABOR_CODE", "B", 82), ("STAFF", "C", 70), ("LABOR_CODE", "A", 70)],
)
def test_the_base_of_a_project(
    key: RateKey, cards: dict[str, RateCard], base: ProjectBase, source: str, letter: str, amount: int
) -> None:
    """The letter of the person or of the labor code; where it has none, the flat base rate."""
    add_rule(cards["letter"], ("staff",), key, 81)
    add_rule(cards["letter"], ("labor_code",), key, 82)
    flat = add_rule(cards["project"], (), key, 70)
    add_rule(cards["firm"], ("staff",), key, 60)
    ProjectBase.objects.update(source=source, letter=letter)
    assert (resolve_rate(key).amount, resolve_rate(key).step) == (amount, 11)
    assert resolve_rate(replace(key, project_id=0)).amount == 60
    flat.delete()


def test_a_card_by_the_day(key: RateKey, cards: dict[str, RateCard]) -> None:
    RateCard.objects.filter(pk=cards["firm"].pk).update(unit="DAY", unit_minutes=450)
    add_rule(cards["firm"], (), key, 1000)
    rate = resolve_rate(key)
    assert (rate.amount, rate.minutes) == (1000, 450)


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("staff_id", "staff"),
        ("job_title_id", "job_title"),
        ("task_id", "task"),
        ("labor_code_id", "labor_code"),
    ],
)
def test_rules_for_others_do_not_apply(
    key: RateKey, cards: dict[str, RateCard], field: str, named: str, cast: Cast
) -> None:
    other = {
        "staff_id": cast.manager.staff_member.pk,
        "job_title_id": JobTitle.objects.get(name="Principal engineer").pk,
        "task_id": cast.review.pk,
        "labor_code_id": LaborCode.objects.create(name="Drafting").pk,
    }[field]
    add_rule(cards["project"], (named,), key, 100)
    assert resolve_rate(key).amount == 100
    assert resolve_rate(replace(key, **{field: other})).amount is None
    if field in ("job_title_id", "labor_code_id", "task_id"):
        assert resolve_rate(replace(key, **{field: None})).amount is None


def test_cards_of_other_clients_and_projects_do_not_apply(key: RateKey, cards: dict[str, RateCard]) -> None:
    add_rule(cards["client"], (), key, 100)
    assert resolve_rate(replace(key, client_id=0)).amount is None
    add_rule(cards["project"], (), key, 90)
    assert resolve_rate(replace(key, client_id=0)).amount == 90
    assert resolve_rate(replace(key, client_id=0, project_id=0)).amount is None


def test_zero_is_a_rate_and_stops_the_search(key: RateKey, cards: dict[str, RateCard]) -> None:
    add_rule(cards["firm"], (), key, 150)
    add_rule(cards["client"], (), key, 0)
    assert resolve_rate(key).amount == Decimal(0)


def test_only_cards_in_the_clients_currency_count(key: RateKey, cards: dict[str, RateCard]) -> None:
    euros = RateCard.objects.create(name="Europe", scope="FIRM", currency="EUR")
    add_rule(euros, ("staff",), key, 120)
    add_rule(cards["firm"], (), key, 150)
    usd, eur, gbp = resolve_rates([key, replace(key, currency="EUR"), replace(key, currency="GBP")])
    assert (usd.amount, usd.currency) == (150, "USD")
    assert (eur.amount, eur.currency) == (120, "EUR")
    assert gbp == Rate(None, "GBP", None, "")


def test_the_day_of_the_work_decides(key: RateKey, cards: dict[str, RateCard]) -> None:
    """The first day of a range is inside, the last is the next one's first."""
    change = date(2026, 7, 1)
    for amount, effective in ((170, DateRange(date(2026, 1, 1), change)), (190, DateRange(change, None))):
        RateRule.objects.create(card=cards["firm"], rate_amount=amount, effective=effective)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), change, date(2036, 1, 1)]
    rates = resolve_rates([replace(key, on=day) for day in days])
    assert [rate.amount for rate in rates] == [None, 170, 170, 190, 190]
    assert rates[3].source == "Card “Standard 2026”, base rate, since 1 Jul 2026"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (("job_title",), "role Senior engineer"),
        (("staff",), "Priya Raman"),
        (
            ("staff", "task", "labor_code"),
            "Priya Raman, task Hydraulic design, labor code Engineering",
        ),
        ((), "base rate"),
    ],
)
def test_the_source_says_which_rule(
    key: RateKey, cards: dict[str, RateCard], named: tuple[str, ...], words: str
) -> None:
    add_rule(cards["firm"], named, key, 100)
    assert resolve_rate(key).source == f"Card “Standard 2026”, {words}, since 1 Jan 2026"


def test_a_source_fits_its_column() -> None:
    source = rate_source("C" * 80, DAY, staff="S" * 120, task="T" * 160, labor_code="L" * 80)
    assert len(source) == SOURCE_LENGTH
    assert source.endswith("…, since 25 Nov 2026")


def test_a_thousand_keys_are_one_statement(
    key: RateKey, cards: dict[str, RateCard], django_assert_num_queries
) -> None:
    add_rule(cards["firm"], ("job_title",), key, 190)
    days = [replace(key, on=DAY + timedelta(days=number % 60)) for number in range(1000)]
    with django_assert_num_queries(1):
        rates = resolve_rates(days)
    assert len(rates) == 1000
    assert {rate.amount for rate in rates} == {Decimal(190), None}
    with django_assert_num_queries(0):
        assert resolve_rates([]) == []


# ---- the property: whatever rules there are, one answer, and it is what a plain reading of the order gives ---------

Named = tuple[bool, bool, bool, bool]  # staff, job title, task, labor code


def weight(card: str, named: Named) -> tuple[int, ...]:
    """The order of the precedence as one key; the smallest wins."""
    staff, title, task, code = named
    row = {"project": 1 if any(named) else 3, "client": 2, "firm": 4}[card]
    return (row, not staff, not task, not code, not title)


rules = st.lists(
    st.tuples(
        st.sampled_from(["project", "client", "firm"]),
        st.tuples(*[st.booleans()] * 4).filter(lambda named: not (named[0] and named[1])),
        st.integers(0, 20),
        st.integers(1, 10),
    ),
    max_size=25,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wanted=rules, offset=st.integers(0, 30))
def test_no_two_rules_apply_with_the_same_weight(
    key: RateKey, cards: dict[str, RateCard], wanted: list[tuple[str, Named, int, int]], offset: int
) -> None:
    RateRule.objects.all().delete()
    start = date(2026, 1, 1)
    kept: list[tuple[str, Named, int, int]] = []
    for card, named, first, length in wanted:
        clash = any(
            (card, named) == (other, names) and first < begin + span and begin < first + length
            for other, names, begin, span in kept
        )
        if not clash:
            kept.append((card, named, first, length))
    names = ("staff_id", "job_title_id", "task_id", "labor_code_id")
    made = RateRule.objects.bulk_create(
        RateRule(
            card=cards[card],
            rate_amount=number,
            effective=DateRange(start + timedelta(days=first), start + timedelta(days=first + length)),
            **{name: getattr(key, name) for name, is_named in zip(names, named, strict=True) if is_named},
        )
        for number, (card, named, first, length) in enumerate(kept)
    )
    applying = {
        weight(card, named): rule
        for rule, (card, named, first, length) in zip(made, kept, strict=True)
        if first <= offset < first + length
    }
    assert len(applying) == sum(first <= offset < first + length for _, _, first, length in kept)
    found = resolve_rate(replace(key, on=start + timedelta(days=offset)))
    winner = applying[min(applying)] if applying else None
    assert found.rule_id == (winner.pk if winner else None)


def test_the_plan_does_not_depend_on_the_order_of_rows(key: RateKey, cards: dict[str, RateCard]) -> None:
    """Two rules of the same weight on other days, in both orders of insertion."""
    for first, second in itertools.permutations((date(2026, 1, 1), date(2026, 6, 1))):
        RateRule.objects.all().delete()
        for start in (first, second):
            end = date(2026, 6, 1) if start == date(2026, 1, 1) else None
            RateRule.objects.create(
                card=cards["firm"], rate_amount=start.month, effective=DateRange(start, end)
            )
        assert resolve_rate(key).amount == 6
    assert connection.schema_name != "public"
