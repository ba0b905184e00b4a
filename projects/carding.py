"""Rate cards: adding them, and adding, changing, ending, removing their rates."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError

from clients.models import Client
from core import audit
from core.effective import range_of
from core.errors import Refusal
from core.money import format_rate
from core.promises import promises
from people.models import JobTitle, StaffMember, User
from projects.access import require_manage_rates
from projects.models import LaborCode, Project, ProjectBase, RateCard, RateRule, Task
from projects.opening import NameIsMissing
from projects.promises import RateOverlaps

RATE_LIMIT = Decimal(10) ** 8
RATE_PLACES = 4
HOUR_MINUTES, DAY_MINUTES = 60, 8 * 60


class ScopeIsUnclear(Refusal):
    sentence = "A rate card is for one client, for one project, or for the whole firm."


class UnitIsFixed(Refusal):
    sentence = "A card with rates keeps its unit. Add another card for rates by the other unit."


class OneIsNamed(Refusal):
    sentence = "A rate of a letter is for one person or for one labor code."


class NotARate(Refusal):
    sentence = "A rate is between 0 and 99,999,999, with at most 4 decimals."


class TaskIsElsewhere(Refusal):
    sentence = "The task {task} does not belong to what this card is for."


class EndsBeforeStart(Refusal):
    sentence = "The last day is before the first."


class StartsTooEarly(Refusal):
    sentence = "The rate that you change applies since {day}. Choose that day or a later one."


class RateHasEnded(Refusal):
    sentence = "This rate ends on {day}, so nothing is left to change from then on."


class RateIsUsed(Refusal):
    sentence = "Time was recorded at this rate, so it stays. End it instead."


class CardFields(TypedDict, total=False):
    """How the rates of a card count: by the hour or by a day of so many hours, and what comes on top of them."""

    unit: str
    day_minutes: int | None
    weekend_factor: Decimal | None
    overtime_factor: Decimal | None
    overtime_code: LaborCode | None
    onsite_amount: Decimal | None
    onsite_code: LaborCode | None


def add_card(
    *,
    name: str,
    by: User | None,
    client: Client | None = None,
    project: Project | None = None,
    letter: str = "",
    currency: str = "USD",
    **fields: Unpack[CardFields],
) -> RateCard:
    """Adds the card of a client, of a project (both in the client's currency), of a letter or of the firm.

    The firm's and a letter's are in `currency`; there is one for each currency. A day has `day_minutes`. Raises
    CardExists: there is one card for each; ScopeIsUnclear when several are given.
    """
    if not name.strip():
        raise NameIsMissing(field="name")
    if sum(map(bool, (client, project, letter))) > 1:
        raise ScopeIsUnclear(field="project")
    card = RateCard(name=name.strip(), client=client, project=project, letter=letter, currency=currency)
    if project is not None:
        card.scope, card.currency = RateCard.Scope.PROJECT, project.client.currency
    elif client is not None:
        card.scope, card.currency = RateCard.Scope.CLIENT, client.currency
    elif letter:
        card.scope = RateCard.Scope.LETTER
    _set_fields(card, fields)
    with promises(), transaction.atomic():
        require_manage_rates(by)
        card.save()
        audit.acting("rate_card.add", by=by, subject=card, name=card.name, scope=card.scope)
        return card


def edit_card(
    *, card: RateCard, by: User | None, name: str | None = None, **fields: Unpack[CardFields]
) -> RateCard:
    """Renames a card, sets its multipliers, its surcharge and, without rates, its unit. What it is for stays.

    Rates that were resolved before keep their amount and words. Raises UnitIsFixed.
    """
    if name is not None and not name.strip():
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require_manage_rates(by)
        card = RateCard.objects.select_for_update().get(pk=card.pk)
        audit.acting("rate_card.edit", by=by, subject=card)
        unit = card.unit_minutes
        card.name = card.name if name is None else name.strip()
        _set_fields(card, fields)
        if card.unit_minutes != unit and card.rules.exists():
            raise UnitIsFixed(field="unit")
        card.save()
        return card


def set_base(*, project: Project, source: str, letter: str, by: User | None) -> ProjectBase | None:
    """Says which letter the project takes as its base rate; without a letter the base rate of its card decides.

    Time that is recorded already keeps its rate.
    """
    with promises(), transaction.atomic():
        require_manage_rates(by)
        Project.objects.select_for_update().get(pk=project.pk)
        audit.acting("project.set_base_rate", by=by, subject=project, source=source, letter=letter)
        if not letter:
            ProjectBase.objects.filter(project=project).delete()
            return None
        return ProjectBase.objects.update_or_create(
            project=project, defaults={"source": source, "letter": letter}
        )[0]


def _set_fields(card: RateCard, fields: CardFields) -> None:
    given = dict(fields)
    day_minutes = given.pop("day_minutes", None)
    for field, value in given.items():
        setattr(card, field, value)
    if card.overtime_factor is None:
        card.overtime_code = None
    if card.onsite_amount is None:
        card.onsite_code = None
    elif not is_rate(card.onsite_amount):
        raise NotARate(field="onsite_amount")
    if "unit" in fields:
        by_day = card.unit == RateCard.Unit.DAY
        card.unit_minutes = (day_minutes or DAY_MINUTES) if by_day else HOUR_MINUTES  # type: ignore[assignment]


def add_rate(
    *,
    card: RateCard,
    rate_amount: Decimal,
    starts_on: date,
    by: User | None,
    staff: StaffMember | None = None,
    job_title: JobTitle | None = None,
    task: Task | None = None,
    labor_code: LaborCode | None = None,
    ends_on: date | None = None,
) -> RateRule:
    """Adds a rate for the card's unit, for whom and what is given (nothing given: the card's base rate).

    From `starts_on` through `ends_on` (the last day it applies; None: until further notice). Up to four decimals,
    nothing is rounded. Raises RateOverlaps (field starts_on) when the card has a rate for the same people and work on
    one of these days; of two people who add it at once, one wins and the other gets that. Time that is recorded
    already keeps its rate.
    """
    rule = RateRule(
        card=card,
        staff=staff,
        job_title=job_title,
        task=task,
        labor_code=labor_code,
        rate_amount=_checked(rate_amount),
        effective=checked_range(starts_on, ends_on),
    )
    with promises(), transaction.atomic():
        require_manage_rates(by)
        # Whoever adds to the same card waits here, instead of both waiting for each other at the exclusion constraint.
        rule.card = RateCard.objects.select_for_update().get(pk=card.pk)
        _refuse_foreign_task(rule)
        _refuse_unclear_letter(rule)
        _refuse_overlap(rule)
        rule.save()
        audit.acting("rate.add", by=by, subject=rule, card=card.pk, rate_amount=rule.rate_amount)
        return rule


def change_rate_from(*, rule: RateRule, rate_amount: Decimal, starts_on: date, by: User | None) -> RateRule:
    """A new amount from a day on: ends the rate the day before and starts the new one, which ends when the old would.

    From its first day on it is the same rate, corrected: the audit keeps what it was. Returns the rate that applies
    then. Raises StartsTooEarly before the old one's first day, RateHasEnded after its last.
    """
    amount = _checked(rate_amount)
    with promises(), transaction.atomic():
        require_manage_rates(by)
        rule = _locked(rule)
        if starts_on < rule.effective.lower:
            raise StartsTooEarly(day=words_of_day(rule.effective.lower), field="starts_on")
        if starts_on == rule.effective.lower:
            audit.acting("rate.correct", by=by, subject=rule, rate_amount=amount)
            rule.rate_amount = amount
            rule.save(update_fields=["rate_amount"])
            return rule
        _refuse_ended(rule, starts_on, "starts_on")
        new = RateRule(
            card=rule.card,
            staff_id=rule.staff_id,
            job_title_id=rule.job_title_id,
            task_id=rule.task_id,
            labor_code_id=rule.labor_code_id,
            rate_amount=amount,
            effective=DateRange(starts_on, rule.effective.upper),
        )
        audit.acting("rate.change", by=by, subject=rule, rate_amount=amount, starts_on=starts_on)
        rule.effective = DateRange(rule.effective.lower, starts_on)
        rule.save(update_fields=["effective"])
        new.save()
        return new


def end_rate(*, rule: RateRule, ends_on: date | None, by: User | None) -> RateRule:
    """Sets the last day of a rate; None: until further notice. Raises EndsBeforeStart, RateOverlaps."""
    with promises(), transaction.atomic():
        require_manage_rates(by)
        rule = _locked(rule)
        audit.acting("rate.end", by=by, subject=rule, ends_on=ends_on)
        rule.effective = checked_range(rule.effective.lower, ends_on)
        _refuse_overlap(rule, field="ends_on")
        rule.save(update_fields=["effective"])
        return rule


def remove_rate(*, rule: RateRule, by: User | None) -> None:
    """Removes a rate that no time was recorded at, such as one entered by mistake. Raises RateIsUsed."""
    with promises(), transaction.atomic():
        require_manage_rates(by)
        rule = _locked(rule)
        audit.acting("rate.remove", by=by, subject=rule, card=rule.card_id)
        try:
            rule.delete()
        except ProtectedError as error:
            raise RateIsUsed from error


def _locked(rule: RateRule) -> RateRule:
    RateCard.objects.select_for_update().get(pk=rule.card_id)
    return RateRule.objects.select_for_update(of=("self",)).select_related("card").get(pk=rule.pk)


def is_rate(amount: Decimal) -> bool:
    """Whether the amount can be a rate: from zero, with at most four decimals."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -RATE_PLACES and 0 <= amount < RATE_LIMIT


def _checked(amount: Decimal) -> Decimal:
    if not is_rate(amount):
        raise NotARate(field="rate_amount")
    return amount


def checked_range(starts_on: date, ends_on: date | None) -> DateRange:
    """From the first day through the last; None: until further notice. Raises EndsBeforeStart."""
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on")
    return range_of(starts_on, ends_on)


def _refuse_foreign_task(rule: RateRule) -> None:
    if rule.task is None:
        return
    card, project = rule.card, rule.task.project
    if card.project_id != project.pk and card.client_id != project.client_id:
        raise TaskIsElsewhere(task=rule.task.name, field="task")


def _refuse_unclear_letter(rule: RateRule) -> None:
    if rule.card.scope != RateCard.Scope.LETTER:
        return
    if (rule.staff is None) == (rule.labor_code is None) or rule.job_title or rule.task:
        raise OneIsNamed(field="staff")


def _refuse_ended(rule: RateRule, day: date, field: str) -> None:
    if rule.ends_on is not None and day > rule.ends_on:
        raise RateHasEnded(day=words_of_day(rule.ends_on), field=field)


def _refuse_overlap(rule: RateRule, *, field: str = "starts_on") -> None:
    """Says which rate is in the way. The exclusion constraint holds the rule itself."""
    other = (
        RateRule.objects.filter(
            card=rule.card,
            staff=rule.staff_id,
            job_title=rule.job_title_id,
            task=rule.task_id,
            labor_code=rule.labor_code_id,
            effective__overlap=rule.effective,
        )
        .exclude(pk=rule.pk)
        .first()
    )
    if other is not None:
        end = f"through {words_of_day(other.ends_on)}" if other.ends_on else "until further notice"
        raise RateOverlaps(
            f"{format_rate(other.rate_amount, rule.card.currency)} already applies to the same people and work "
            f"from {words_of_day(other.starts_on)} {end}. Change or end that rate, or choose other days.",
            field=field,
            rule_id=other.pk,
        )


def words_of_day(day: date) -> str:
    """25 Nov 2026."""
    return f"{day.day} {day:%b %Y}"
