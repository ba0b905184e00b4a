"""Drafting: what comes onto a draft, what stays behind, and what it comes to."""

from datetime import date
from decimal import Decimal

import pytest

from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.models import BilledTime, Invoice
from core.errors import NotAllowed
from projects.models import ContractLine, Project, Task
from tests.billing.work import FIRST, THROUGH, drafted, log, log_many
from tests.cast import TODAY, Cast
from tests.taxes import tax_code
from timesheets.models import TimeEntry


def draft(cast: Cast, **kwargs: object) -> Invoice:
    wanted = {"project": cast.project, "through": THROUGH, "by": cast.finance, "on": TODAY} | kwargs
    return draft_invoice(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "rate", "total"),
    [
        ([20, 20, 20], "100", "99.99"),  # each entry is rounded once: 33.33 three times
        ([60], "190", "190.00"),
        ([1], "190", "3.17"),
        ([10], "0.03", "0.01"),  # 0.005 goes up
        ([7, 7], "185.5", "43.28"),  # 21.641666… twice
        ([1440] * 3, "99999.9999", "7200000.00"),
        ([60, 60], "0", "0.00"),  # zero is a rate
    ],
)
def test_each_entry_is_rounded_once(cast: Cast, minutes: list[int], rate: str, total: str) -> None:
    invoice = drafted(cast, *minutes, rate=rate)
    assert invoice.total_amount == Decimal(total)
    assert sum(line.amount for line in invoice.lines.all()) == Decimal(total)
    assert sum(row.amount for row in BilledTime.objects.all()) == Decimal(total)


def test_lines_are_by_task_then_role_and_rate(cast: Cast) -> None:
    log(cast.member, cast.design, 90)
    log(cast.member, cast.design, 30, rate=200)
    log(cast.manager, cast.design, 60, rate=240)
    log(cast.manager, cast.review, 120, rate=240)
    invoice = draft(cast)
    assert [
        (line.group, line.description, line.minutes, line.rate_amount, line.amount)
        for line in invoice.lines.all()
    ] == [
        ("Hydraulic design", "Principal engineer", 60, 240, 240),
        ("Hydraulic design", "Senior engineer", 30, 200, 100),
        ("Hydraulic design", "Senior engineer", 90, 190, 285),
        ("Structural review", "Principal engineer", 120, 240, 480),
    ]
    assert (invoice.client, invoice.currency, invoice.title) == (cast.client, "USD", cast.project.name)
    assert (invoice.period_first_on, invoice.period_last_on) == (date(2026, 11, 1), THROUGH)
    assert invoice.terms == cast.client.payment_terms


def test_only_approved_billable_rated_work_up_to_the_day(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    log(cast.member, cast.design, 60, state=TimeEntry.State.SUBMITTED)
    log(cast.member, cast.design, 60, is_billable=False, billable_minutes=0)
    log(cast.member, cast.design, 60, day=date(2026, 12, 1))
    log(cast.member, cast.design, 60, billable_minutes=15)
    unrated = log(cast.member, cast.design, 45, rate=None)
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    assert outcome.invoice is not None
    assert outcome.invoice.total_amount == Decimal("237.50")
    assert outcome.unrated_minutes == 45
    assert not unrated.billed.exists()


def test_nothing_is_billed_twice(cast: Cast) -> None:
    drafted(cast, 60, 30)
    with pytest.raises(NothingToBill, match="on an invoice or a draft already"):
        draft(cast)
    log(cast.member, cast.design, 15)
    assert draft(cast).total_amount == Decimal("47.50")


def test_nothing_to_bill_says_why(cast: Cast) -> None:
    log(cast.member, cast.design, 90, state=TimeEntry.State.SUBMITTED)
    log(cast.member, cast.design, 30, rate=None)
    with pytest.raises(NothingToBill, match=r"1\.50 h are not approved yet\. 0\.50 h have no rate\."):
        draft(cast)
    assert not Invoice.objects.exists()


def test_a_rate_in_another_currency_is_no_rate(cast: Cast) -> None:
    log(cast.member, cast.design, 30, rate_currency="EUR")
    with pytest.raises(NothingToBill, match=r"0\.50 h have no rate"):
        draft(cast)


def test_only_the_chosen_entries(cast: Cast) -> None:
    chosen = log(cast.member, cast.design, 60)
    log(cast.member, cast.design, 60)
    assert draft(cast, entry_ids=[chosen.pk]).total_amount == Decimal(190)


def test_tax_is_rounded_once_for_each_rate(cast: Cast) -> None:
    cast.client.tax_code = tax_code("CA 7.25 %", "7.25")
    cast.client.save()
    invoice = drafted(cast, 20, 20, 20, rate="100")
    tax = invoice.taxes.get()
    assert (tax.base_amount, tax.amount) == (Decimal("99.99"), Decimal("7.25"))
    assert invoice.total_amount == Decimal("107.24")


def test_needs_the_right(cast: Cast) -> None:
    log(cast.member, cast.design)
    with pytest.raises(NotAllowed):
        draft(cast, by=cast.member)


def test_a_person_without_title_is_named(cast: Cast) -> None:
    log(cast.owner, cast.design, rate=300)
    assert draft(cast).lines.get().description == cast.owner.staff_member.name


def projects_with_work(cast: Cast, number: int, entries: int) -> list[Project]:
    projects = Project.objects.bulk_create(
        Project(client=cast.client, name=f"Project {index}", code=f"P{index}") for index in range(number)
    )
    lines = ContractLine.objects.bulk_create(ContractLine(project=p, name="T&M") for p in projects)
    tasks = Task.objects.bulk_create(
        Task(project=project, contract_line=line, name="Work")
        for project, line in zip(projects, lines, strict=True)
    )
    for task in tasks:
        log_many(cast.member, task, entries)
    return projects


@pytest.mark.parametrize(("number", "entries"), [(1, 1), (1, 200), (12, 20)])
def test_statements_do_not_grow(
    cast: Cast, number: int, entries: int, django_assert_max_num_queries: object
) -> None:
    projects = projects_with_work(cast, number, entries)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        outcomes = draft_invoices(projects=projects, through=THROUGH, by=cast.finance, on=TODAY)
    assert all(outcome.invoice and outcome.invoice.total_amount == 190 * entries for outcome in outcomes)
    assert FIRST in {entry.worked_on for entry in TimeEntry.objects.all()}
