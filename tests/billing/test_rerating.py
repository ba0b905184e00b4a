"""Re-rating open time: the preview is the result, and what is billed, locked or set by hand stays."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from billing.models import BilledTime, Invoice
from billing.rerating import (
    DayIsMissing,
    Expected,
    NotAsPreviewed,
    Reach,
    Which,
    adding,
    card_scope,
    change_and_rerate,
    changing,
    effect,
    ending,
    preview_change,
    rerate,
)
from core.errors import NotAllowed
from core.models import Action
from projects.carding import edit_card
from projects.models import RateRule
from projects.rates import resolve_rate
from tests.billing.work import log, log_many
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry, TimeRules
from timesheets.setting_rates import key_of, set_rate

STATES = TimeEntry.State
ALL, FROM, NEW = Which.ALL, Which.FROM, Which.NEW


@pytest.fixture
def senior(cast: Cast) -> RateRule:
    return RateRule.objects.select_related("card").get(card=cast.card, job_title__name="Senior engineer")


def at(day: int) -> date:
    return date(2026, 11, day)


def work(cast: Cast, rule: RateRule, day: int, minutes: int = 60, state: str = STATES.SUBMITTED) -> TimeEntry:
    return log(cast.member, cast.design, minutes, day=at(day), state=state, rate_rule=rule)


def rates(entries: Sequence[TimeEntry]) -> list[Decimal | None]:
    found = dict(TimeEntry.objects.values_list("pk", "rate_amount"))
    return [found[entry.pk] for entry in entries]


@pytest.mark.parametrize(
    ("reach", "expected", "difference"),
    [
        (Reach(NEW), [190, 190, 190, 190], 0),
        (Reach(FROM, at(12)), [190, 190, 190, 210], 20),
        (Reach(FROM, at(3)), [190, 190, 210, 210], 30),
        (Reach(ALL), [190, 190, 210, 210], 30),
        (Reach(ALL, has_approved=True), [190, 210, 210, 210], 50),
    ],
)
def test_only_open_time_that_is_asked_for(
    cast: Cast, senior: RateRule, reach: Reach, expected: list[int], difference: int
) -> None:
    """Acceptance 11 of the product reference: only open entries after the date; the preview is the result."""
    entries = [
        work(cast, senior, 5),
        work(cast, senior, 10, state=STATES.APPROVED),
        work(cast, senior, 11, minutes=30),
        work(cast, senior, 12),
    ]
    change = changing(rule=senior, rate_amount=Decimal(210), starts_on=at(10), by=cast.finance)
    seen = preview_change(change=change, reach=reach, by=cast.finance)
    assert rates(entries) == [190] * 4
    assert RateRule.objects.get(pk=senior.pk).effective.upper is None
    _, done = change_and_rerate(change=change, reach=reach, by=cast.finance)
    assert done == seen
    assert (seen.difference, seen.entries) == (difference, expected.count(210))
    assert rates(entries) == expected


def test_the_words_of_the_rate_are_stored(cast: Cast, senior: RateRule) -> None:
    entry = work(cast, senior, 11)
    change = changing(rule=senior, rate_amount=Decimal(210), starts_on=at(10), by=cast.finance)
    rule, _ = change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance)
    entry.refresh_from_db()
    assert (entry.rate_rule_id, entry.version) == (rule.pk, 2)
    assert entry.rate_source == "Card “Standard 2026”, role Senior engineer, since 10 Nov 2026"
    assert Action.objects.get(verb="rate.rerate").facts["entries"] == 1


def test_what_is_billed_locked_or_set_by_hand_stays(cast: Cast, senior: RateRule) -> None:
    issued = work(cast, senior, 3, state=STATES.APPROVED)
    bill = draft_invoice(project=cast.project, through=at(30), by=cast.finance, on=TODAY)
    issue_invoice(invoice=bill, by=cast.finance, on=TODAY, at=NOW)
    drafted = work(cast, senior, 4, state=STATES.APPROVED)
    draft = draft_invoice(project=cast.project, through=at(30), by=cast.finance, on=TODAY)
    locked = work(cast, senior, 2)
    own = set_rate(entry=work(cast, senior, 5), rate_amount=Decimal(1), reason="x", by=cast.finance)
    free = work(cast, senior, 6)
    entries = [issued, drafted, locked, own, free]
    TimeRules.objects.update(locked_through=at(2))
    change = changing(rule=senior, rate_amount=Decimal(200), starts_on=at(1), by=cast.finance)
    seen = preview_change(change=change, reach=Reach(ALL, has_approved=True), by=cast.finance)
    assert (seen.entries, seen.drafts, seen.difference) == (1, 0, 10)
    rule, done = change_and_rerate(change=change, reach=Reach(ALL, has_approved=True), by=cast.finance)
    assert done == seen
    assert rates(entries) == [190, 190, 190, 1, 200]
    assert not Invoice.objects.get(pk=draft.pk).is_stale

    again = Reach(ALL, has_approved=True, has_drafted=True)
    change = changing(rule=rule, rate_amount=Decimal(205), starts_on=at(3), by=cast.finance)
    seen = preview_change(change=change, reach=again, by=cast.finance)
    assert (seen.entries, seen.drafts, seen.difference) == (2, 1, 20)
    change_and_rerate(change=change, reach=again, by=cast.finance)
    assert rates(entries) == [190, 205, 190, 1, 205]
    # The draft says that it is stale; what it bills is what it was.
    assert Invoice.objects.get(pk=draft.pk).is_stale
    assert BilledTime.objects.get(entry=drafted).rate_amount == 190


def test_a_rate_that_ends_leaves_time_to_the_next_or_unrated(cast: Cast, senior: RateRule) -> None:
    entries = [work(cast, senior, 5), work(cast, senior, 12)]
    change = ending(rule=senior, ends_on=at(10), by=cast.finance)
    _, done = change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance)
    assert (done.entries, done.losing_entries, done.difference) == (1, 1, -190)
    assert rates(entries) == [190, None]
    entries[1].refresh_from_db()
    assert (entries[1].rate_source, entries[1].rate_currency) == ("", "USD")


def test_a_new_rate_takes_over_what_it_is_about_alone(cast: Cast, senior: RateRule) -> None:
    """The manager's time stands at an old amount on purpose; a rate for Priya does not touch it."""
    own = [work(cast, senior, 5), log(cast.member, cast.review, 60, day=at(6), state=STATES.DRAFT, rate=None)]
    other = log(cast.manager, cast.design, 60, state=STATES.DRAFT, rate=100)
    change = adding(
        card=cast.card,
        by=cast.finance,
        rate_amount=Decimal(180),
        starts_on=at(1),
        staff=cast.member.staff_member,
    )
    _, done = change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance)
    assert (done.entries, done.unrated_entries, done.difference) == (2, 1, 170)
    assert rates([*own, other]) == [180, 180, 100]
    # Re-rating the card looks at everything that it decides on.
    seen = effect(scope=card_scope(cast.card), reach=Reach(ALL), by=cast.finance)
    assert (seen.entries, seen.difference) == (1, 140)
    rerate(scope=card_scope(cast.card), reach=Reach(ALL), by=cast.finance, subject=cast.card)
    assert rates([other]) == [240]


def test_what_nobody_saw_is_not_done(cast: Cast, senior: RateRule) -> None:
    work(cast, senior, 12)
    change = changing(rule=senior, rate_amount=Decimal(210), starts_on=at(10), by=cast.finance)
    with pytest.raises(NotAsPreviewed):
        change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance, expects=Expected(2, Decimal(20)))
    assert RateRule.objects.filter(card=cast.card, job_title=senior.job_title).count() == 1
    change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance, expects=Expected(1, Decimal(20)))
    with pytest.raises(DayIsMissing):
        effect(scope=card_scope(cast.card), reach=Reach(FROM), by=cast.finance)
    with pytest.raises(NotAllowed):
        effect(scope=card_scope(cast.card), reach=Reach(ALL), by=cast.manager)


def test_the_number_of_statements_does_not_grow(cast: Cast, senior: RateRule) -> None:
    counts = []
    start = senior.effective.lower
    # The first round also reads the person's rights.
    for number in (1, 3, 300):
        log_many(cast.member, cast.design, number)
        TimeEntry.objects.update(rate_rule=senior, state=STATES.DRAFT)
        senior = (
            RateRule.objects.select_related("card")
            .filter(card=cast.card, job_title=senior.job_title)
            .latest("pk")
        )
        start += timedelta(days=10)
        change = changing(rule=senior, rate_amount=Decimal(number), starts_on=start, by=cast.finance)
        with CaptureQueriesContext(connection) as queries:
            _, done = change_and_rerate(change=change, reach=Reach(ALL), by=cast.finance)
        counts.append(len(queries))
        assert done.entries >= number
    assert counts[1] == counts[2] <= 25


def test_days_keep_their_own_unit_and_multiplier(cast: Cast, senior: RateRule) -> None:
    """A card by the day of 7.5 hours, double on Saturdays: 3.75 h at 1,000.03 are half a day, 500.02 and 1,000.03."""
    RateRule.objects.all().delete()
    cast.card.unit, cast.card.unit_minutes, cast.card.weekend_factor = "DAY", 450, Decimal(2)
    cast.card.save()
    RateRule.objects.create(card=cast.card, rate_amount=Decimal("1000.03"), effective=DateRange(at(1), None))
    days = [log(cast.member, cast.design, 225, day=at(day), state=STATES.DRAFT, rate=None) for day in (5, 7)]
    done = rerate(scope=card_scope(cast.card), reach=Reach(ALL), by=cast.finance, subject=cast.card)
    assert done.after_amount == Decimal("500.02") + Decimal("1000.03")
    found = TimeEntry.objects.filter(pk__in=[day.pk for day in days]).order_by("worked_on")
    assert [(entry.rate_amount, entry.rate_minutes) for entry in found] == [
        (Decimal("1000.03"), 450),
        (Decimal("2000.06"), 450),
    ]
    assert found[1].rate_source.endswith("since 1 Nov 2026, 2 × at the weekend")


def test_hours_on_site_cost_more_once_asked_for(cast: Cast, senior: RateRule) -> None:
    """100 min at 190.00 + 25.00 are 358.33 (316.67 before); billed work keeps its rate; again, nothing is found."""
    RateRule.objects.filter(pk=senior.pk).update(rate_amount=190)
    senior.refresh_from_db()
    site = cast.engineering
    billed, free, office = (
        log(
            cast.member,
            cast.design,
            100,
            day=at(day),
            labor_code_id=code,
            state=STATES.APPROVED,
            rate_rule=senior,
        )
        for day, code in ((3, site.pk), (4, site.pk), (5, None))
    )
    draft_invoice(project=cast.project, through=at(3), by=cast.finance, on=TODAY)
    edit_card(card=cast.card, by=cast.finance, onsite_amount=Decimal(25), onsite_code=site)
    cast.card.refresh_from_db()
    asked = {"scope": card_scope(cast.card), "reach": Reach(ALL, has_approved=True), "by": cast.finance}
    seen = effect(**asked)
    assert (seen.entries, seen.before_amount, seen.after_amount) == (1, Decimal("316.67"), Decimal("358.33"))
    assert rates([billed, free, office]) == [190, 190, 190]
    assert rerate(**asked, subject=cast.card, expects=Expected(1, Decimal("41.66"))) == seen
    assert rates([billed, free, office]) == [190, 215, 190]
    free.refresh_from_db()
    assert free.rate_source.endswith(", + $25.00 an hour on site")
    assert free.rate_source == resolve_rate(key_of(free)).source
    assert effect(**asked).entries == 0
    rest = draft_invoice(project=cast.project, through=at(5), by=cast.finance, on=TODAY)
    assert rest.subtotal_amount == Decimal("358.33") + Decimal("316.67")
