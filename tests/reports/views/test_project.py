"""The page of a project: hours, money, rates, and who sees which."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Invoice, InvoiceLine
from people.models import LegalEntity
from projects.carding import add_card, add_rate
from projects.tasking import add_task
from projects.teaming import add_members
from reports.project_page import project_page
from tests.cast import TODAY, Cast, add_person
from timesheets.models import TimeEntry


def add_time(cast: Cast, minutes: int, state: str = "APPROVED", **fields: object) -> TimeEntry:
    return TimeEntry.objects.create(
        **{
            "staff": cast.member.staff_member,
            "project": cast.project,
            "task": cast.design,
            "worked_on": TODAY,
            "worked_minutes": minutes,
            "billable_minutes": minutes,
            "state": state,
            "rate_amount": Decimal(100),
            "rate_currency": "USD",
            **fields,
        }
    )


@pytest.fixture
def work(cast: Cast) -> None:
    """Three entries of 20 minutes at 100.00, rounded each: 99.99; and hours in other states."""
    cast.design.budget_minutes = 120
    cast.design.save()
    for _ in range(3):
        add_time(cast, 20)
    add_time(cast, 90, "SUBMITTED")
    add_time(cast, 30, "DRAFT", staff=cast.manager.staff_member, task=cast.review)
    add_time(cast, 45, rate_amount=None)


def test_hours_budgets_and_money(cast: Cast, work: None) -> None:
    shown = project_page(cast.project, by=cast.finance, today=TODAY)
    design = shown.tasks[0]
    assert (design.approved_minutes, design.other_minutes) == (105, 90)
    assert (design.left_minutes, design.is_over, design.percent) == (-75, True, 162)
    assert (shown.minutes, shown.budget_minutes, shown.left_minutes) == (225, 120, -75)
    assert shown.money.work.ready_amount == Decimal("99.99")
    assert shown.money.work.waiting_amount == Decimal("200.00")
    assert shown.money.work.unrated_minutes == 45
    assert {row.staff.name: row.minutes for row in shown.team} == {"Dana Ruiz": 30, "Priya Raman": 195}


def test_drafts_and_what_is_on_them(cast: Cast, work: None) -> None:
    invoice = Invoice.objects.create(
        entity=LegalEntity.objects.get(),
        client=cast.client,
        project=cast.project,
        currency="USD",
        title="October",
    )
    line = InvoiceLine.objects.create(
        invoice=invoice, project=cast.project, description="Work", computed_amount=100, amount=100
    )
    entry = TimeEntry.objects.filter(worked_minutes=20).first()
    line.billed_time.create(entry=entry, minutes=20, rate_amount=100, amount=Decimal("33.33"))
    shown = project_page(cast.project, by=cast.finance, today=TODAY)
    assert shown.money.work.ready_amount == Decimal("66.66")
    assert (shown.money.drafts, shown.invoices[0].words) == (1, "Draft")


def test_who_is_billed_at_what_and_why(cast: Cast) -> None:
    card = add_card(name="Larkspur main", project=cast.project, by=None)
    add_rate(card=card, task=cast.review, rate_amount=Decimal(210), starts_on=TODAY, by=None)
    clerk = add_person("Wei Chen", "wei@hm.example", "Staff")
    add_members(project=cast.project, staff=[clerk.staff_member], by=None)
    shown = project_page(cast.project, by=cast.finance, today=TODAY)
    people = {person.staff.name: person for person in shown.rates}
    priya = people["Priya Raman"]
    assert (priya.least, priya.most, priya.is_same) == (190, 210, False)
    assert [tasks for _, tasks in priya.rates] == [["Hydraulic design"], ["Structural review"]]
    assert people["Wei Chen"].is_missing
    assert shown.without_rate == ["Wei Chen"]
    assert [each.name for each in shown.cards] == ["Larkspur main", "Standard 2026"]
    yesterday = project_page(cast.project, by=cast.finance, today=TODAY - timedelta(days=1))
    assert next(person for person in yesterday.rates if person.staff.name == "Priya Raman").is_same


def test_money_and_rates_only_with_the_right(cast: Cast, web, work: None) -> None:
    url = f"/projects/{cast.project.pk}/"
    finance = web(cast.finance).get(url).text
    for words in ("$99.99", "Rates today", "$190.00", "Billing to date", "Invoices"):
        assert words in finance
    for user in (cast.manager, cast.member):
        page = web(user).get(url).text
        assert "Hydraulic design" in page
        assert "over budget" in page
        for words in ("$99.99", "Rates today", "$190.00", "Billing to date"):
            assert words not in page


def test_staff_see_their_own_time_and_change_nothing(cast: Cast, web, work: None) -> None:
    url = f"/projects/{cast.project.pk}/"
    add_time(cast, 15, note="Dana's own note", staff=cast.manager.staff_member)
    member, manager = web(cast.member).get(url).text, web(cast.manager).get(url).text
    assert "Dana&#x27;s own note" in manager
    assert "Dana&#x27;s own note" not in member
    assert "Add task" in manager
    for words in ("Add task", "/edit/", "team-remove", "Close project"):
        assert words not in member


def test_the_page_costs_the_same_whatever_stands_on_it(cast: Cast, web, work: None) -> None:
    url, browser = f"/projects/{cast.project.pk}/", web(cast.owner)
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    people = [
        add_person(f"P {n}", f"p{n}@hm.example", "Staff", "Senior engineer").staff_member for n in range(5)
    ]
    add_members(project=cast.project, staff=people, by=None)
    for number in range(6):
        task = add_task(project=cast.project, name=f"Task {number}", by=None)
        add_time(cast, 60, task=task, staff=people[number % 5])
    with CaptureQueriesContext(connection) as many:
        browser.get(url)
    # Six of them read budgets, what is used of them, change orders and who is assigned.
    assert len(many) == len(few) <= 35
