"""Copies and templates: the contract with its days, terms of tasks, rates and rounding."""

from datetime import date
from decimal import Decimal

import pytest

from clients.adding import add_client
from clients.contacting import add_contact
from core.errors import NotAllowed
from projects.achieving import achieve_milestone, plan_milestone
from projects.agreeing import agree_on_expenses
from projects.carding import add_card, add_rate, set_base
from projects.contacting import choose_contacts
from projects.contracting import KNOWN, add_line, agree_on_task, move_tasks, switch_method
from projects.laying_out import StartIsMissing
from projects.models import ContractLine, LaborCode, Project, RateCard, TaskTerms
from projects.models.agreed import AgreedTerms
from projects.opening import edit_project
from projects.planning import CurrencyDiffers, clone_project, open_from_template
from projects.plans import LINE_FIELDS
from projects.rounding import Wanted, set_rounding
from projects.tasking import add_task, close_task
from projects.templating import refill_template, save_as_template
from tests.cast import TODAY, Cast

JUNE = date(2028, 6, 1)
D = Decimal


@pytest.fixture
def agreed(cast: Cast) -> Project:
    """From 1 January 2026: fee of 26,200.00 in milestones, a retainer of a year, a capped line of a task, rates."""
    project, by = cast.project, cast.manager
    edit_project(project=project, by=by, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    first = project.contract_lines.get()
    fee = switch_method(
        line=first,
        starts_on=date(2026, 2, 1),
        name="Design fee",
        method="MILESTONE",
        by=by,
        fee_amount=D(26200),
    )
    survey = plan_milestone(line=fee, name="Survey", by=by, percent=D("33.33"), planned_on=date(2026, 3, 1))
    plan_milestone(
        line=fee, name="Report", by=by, percent=D("66.67"), trigger="DAY", planned_on=date(2026, 6, 30)
    )
    achieve_milestone(milestone=survey, on=TODAY, evidence="Signed", by=by)
    add_line(
        project=project, name="Support", method="ALLOWANCE", by=by, fee_amount=D(6000), anchor_day=1,
        first_period_on=date(2026, 1, 1), last_period_on=date(2026, 12, 31), allowance_minutes=2400,
        overage_rate_amount=D(180), rollover="CAPPED", rollover_minutes=600, rollover_periods=1,
    )  # fmt: skip
    capped = add_line(project=project, name="Site", method="TIME_AND_MATERIALS", by=by, cap_scope="TASK")
    site = add_task(project=project, name="Site visits", by=by)
    move_tasks(line=capped, tasks=[site], by=by)
    agree_on_task(line=capped, task=site, cap_amount=D("4000.00"), cap_minutes=3000, by=by)
    agree_on_expenses(line=capped, by=by, method="CAPPED", cap_amount=D(500))
    card = add_card(name="LKS rates", project=project, by=cast.owner, unit="DAY", day_minutes=450,
        onsite_amount=D("25.50"), onsite_code=LaborCode.objects.first(),)  # fmt: skip
    for amount, start in ((D(1200), date(2026, 1, 1)), (D("1300.50"), date(2026, 7, 1))):
        rule = add_rate(card=card, task=site, rate_amount=amount, starts_on=start, by=cast.owner, ends_on=(
            date(2026, 6, 30) if amount == 1200 else None
        ))  # fmt: skip
    assert rule.ends_on is None
    add_rate(
        card=card,
        rate_amount=D(0),
        labor_code=LaborCode.objects.first(),
        starts_on=date(2026, 1, 1),
        by=cast.owner,
    )
    set_base(project=project, source="STAFF", letter="B", by=cast.owner)
    set_rounding(project=project, wanted=Wanted(15, "UP", 30, "DAY"), by=cast.owner)
    project.refresh_from_db()
    return project


def check(copy: Project) -> None:
    """What a copy from 1 June 2028 has: everything agreed, nothing billed or achieved."""
    fee, support, site = copy.contract_lines.order_by("position")
    assert (fee.name, fee.method, fee.fee_amount, fee.starts_on, fee.origin) == (
        "Design fee", "MILESTONE", D(26200), None, None,
    )  # fmt: skip
    assert [
        (each.name, each.percent, each.planned_on, each.state, each.evidence) for each in fee.milestones.all()
    ] == [
        ("Survey", D("33.33"), date(2028, 7, 30), "PLANNED", ""),
        ("Report", D("66.67"), date(2028, 11, 28), "PLANNED", ""),
    ]
    # Twelve months stay twelve months, though this year has another number of days.
    assert (support.first_period_on, support.last_period_on) == (JUNE, date(2029, 5, 31))
    assert (support.allowance_minutes, support.overage_rate_amount, support.rollover_minutes) == (
        2400,
        180,
        600,
    )
    terms = TaskTerms.objects.get(contract_line=site)
    assert (terms.task.name, terms.cap_amount, terms.cap_minutes) == ("Site visits", 4000, 3000)
    assert (terms.task.contract_line, site.expense_cap_amount) == (site, 500)
    card = RateCard.objects.get(project=copy)
    assert (card.unit, card.unit_minutes, card.currency) == ("DAY", 450, "USD")
    assert (card.onsite_amount, card.onsite_code) == (D("25.50"), LaborCode.objects.first())
    # The rate that ended stays behind; zero is a rate.
    assert [(each.rate_amount, each.task, each.starts_on) for each in card.rules.order_by("-rate_amount")] == [
        (D("1300.50"), terms.task, date(2026, 7, 1)), (D(0), None, date(2026, 1, 1)),
    ]  # fmt: skip
    assert (copy.rate_base.source, copy.rate_base.letter) == ("STAFF", "B")
    rule = copy.rounding
    assert (rule.unit_minutes, rule.mode, rule.minimum_minutes, rule.scope) == (15, "UP", 30, "DAY")


def test_a_copy_has_contract_and_rates(cast: Cast, agreed: Project) -> None:
    contact = add_contact(client=cast.client, name="Ann", email="ann@example.com", by=cast.owner)
    choose_contacts(project=agreed, to=[contact], cc=[], by=cast.manager)
    copy = clone_project(
        project=agreed, client=cast.client, name="Next", by=cast.owner, starts_on=JUNE, with_rates=True
    )
    check(copy)
    assert copy.contacts.get().contact == contact


def test_a_template_holds_the_same(cast: Cast, agreed: Project) -> None:
    template = save_as_template(project=agreed, name="Water main", by=cast.manager)
    assert template.currency == "USD"
    # What happens to the project afterwards does not reach the template; filling anew does.
    close_task(task=agreed.tasks.get(name="Site visits"), by=cast.manager)
    made = open_from_template(
        template=template, client=cast.client, name="Next", by=cast.owner, starts_on=JUNE, with_rates=True
    )
    check(made)
    refill_template(template=template, project=agreed, by=cast.manager)
    again = open_from_template(
        template=template, client=cast.client, name="Rest", by=cast.owner, starts_on=JUNE, with_rates=True
    )
    assert not TaskTerms.objects.filter(contract_line__project=again).exists()
    assert [each.rate_amount for each in RateCard.objects.get(project=again).rules.all()] == [0]


def test_whatever_is_agreed_on_a_line_is_copied() -> None:
    """A new term of a method is copied, or it is a day, which is counted from the start."""
    terms = {field.name for field in AgreedTerms._meta.get_fields()}
    assert terms - set(LINE_FIELDS) == {"first_period_on", "last_period_on"}
    assert {name for known in KNOWN.values() for name in known} <= terms


def test_what_is_left_out_and_refused(cast: Cast, agreed: Project) -> None:
    bare = clone_project(
        project=agreed, client=cast.client, name="Bare", by=cast.manager, with_contract=False
    )
    assert [line.method for line in bare.contract_lines.all()] == ["TIME_AND_MATERIALS"]
    assert not RateCard.objects.filter(project=bare).exists()
    assert not TaskTerms.objects.filter(task__project=bare).exists()
    with pytest.raises(StartIsMissing, match="Design fee begins with the project"):
        clone_project(project=agreed, client=cast.client, name="No day", by=cast.manager)
    with pytest.raises(NotAllowed):
        clone_project(
            project=agreed, client=cast.client, name="Rates", by=cast.manager, starts_on=JUNE, with_rates=True
        )
    other = add_client(name="Nordlicht", currency="EUR", by=cast.owner)
    with pytest.raises(CurrencyDiffers, match="The contract is in USD, and Nordlicht is billed in EUR"):
        clone_project(project=agreed, client=other, name="There", by=cast.owner, starts_on=JUNE)
    with pytest.raises(CurrencyDiffers, match="The rates are in USD"):
        clone_project(
            project=agreed, client=other, name="There", by=cast.owner, with_contract=False, with_rates=True
        )
    assert ContractLine.objects.filter(project__client=other).count() == 0
