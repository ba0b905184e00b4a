"""Ready to bill: what may be billed, what waits, what has no rate; and rating what had none."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.batching import run_drafting, start_drafting
from billing.drafting import draft_invoice
from billing.editing import delete_drafts_of_job
from billing.invoice_list import invoices_page
from billing.models import BilledTime, Invoice
from billing.rating import rate_unrated
from billing.unbilled import Ready, ready_to_bill, unrated_entries
from core.errors import NotAllowed
from core.jobs import Progress
from core.models import Job
from integrations.marks import entry_marks
from tests.billing.test_drafting import projects_with_work
from tests.billing.test_issuing import issue
from tests.billing.work import THROUGH, drafted, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry


def row_of(cast: Cast) -> Ready:
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    return row


def test_one_row_for_each_project(cast: Cast) -> None:
    log(cast.member, cast.design, 20, rate="100")
    log(cast.member, cast.design, 20, rate="100", day=date(2026, 10, 20))
    log(cast.member, cast.design, 20, rate="100", day=date(2026, 9, 20))
    log(cast.member, cast.design, 20, rate="100", day=date(2026, 8, 2))
    log(cast.member, cast.design, 60, state=TimeEntry.State.SUBMITTED)
    log(cast.member, cast.design, 45, rate=None)
    row = row_of(cast)
    assert (row.minutes, row.amount) == (80, Decimal("133.32"))
    assert row.ages == (Decimal("33.33"),) * 4
    assert (row.old_amount, row.oldest_days, row.is_old) == (Decimal("66.66"), 115, True)
    assert (row.waiting_minutes, row.waiting_amount, row.unrated_minutes) == (60, Decimal(190), 45)


def test_drafts_and_the_last_invoice(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 60))
    draft = drafted(cast, 30)
    row = row_of(cast)
    assert row.last_invoice == invoice
    assert (row.drafts, row.draft_amount, row.amount) == ([draft], Decimal(95), 0)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "3"), ("KWD", "3.167"), ("EUR", "3.17")])
def test_the_database_rounds_as_money_does(cast: Cast, currency: str, amount: str) -> None:
    cast.client.currency = currency
    cast.client.save()
    log(cast.member, cast.design, 1, rate_currency=currency)
    assert row_of(cast).amount == Decimal(amount)
    invoice = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert invoice.total_amount == Decimal(amount)


def test_statements_do_not_grow(cast: Cast, django_assert_max_num_queries: Any) -> None:
    projects_with_work(cast, 8, 3)
    with django_assert_max_num_queries(9):
        assert len(ready_to_bill(cast.owner, THROUGH)) == 8


def test_needs_the_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        ready_to_bill(cast.member, THROUGH)


def test_rating_what_had_no_rate(cast: Cast) -> None:
    entry = log(cast.member, cast.design, 60, rate=None)
    other = log(cast.owner, cast.design, 60, rate=None)  # has no role, so no rule applies
    rated = log(cast.member, cast.design, 60, rate=7)
    assert set(unrated_entries(THROUGH)) == {entry, other}
    assert rate_unrated(entry_ids=[entry.pk, other.pk, rated.pk], by=cast.finance) == 1
    entry.refresh_from_db()
    rated.refresh_from_db()
    assert (entry.rate_amount, rated.rate_amount) == (190, 7)
    assert "role Senior engineer" in entry.rate_source
    assert list(unrated_entries(THROUGH)) == [other]


def test_marks_for_the_week(cast: Cast) -> None:
    issue(cast, drafted(cast, 60))
    draft = drafted(cast, 30)
    billed, reserved = BilledTime.objects.order_by("pk")
    assert entry_marks([billed.entry_id, reserved.entry_id]) == {
        billed.entry_id: entry_marks([billed.entry_id])[billed.entry_id]
    }
    assert entry_marks([billed.entry_id])[billed.entry_id].words == "Billed, INV-2026-0001"
    assert draft.state == "DRAFT"


class Lost(Exception):
    """The worker dies."""


class Dying(Progress):
    def step(self, count: int = 1, message: str = "") -> None:
        raise Lost


def test_bulk_drafting_resumes_tells_why_not_and_can_be_undone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.batching.CHUNK", 2)
    projects = [*projects_with_work(cast, 3, 2), cast.project]
    job = start_drafting(project_ids=[p.pk for p in projects], through=THROUGH, by=cast.finance, on=TODAY)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    job.refresh_from_db()
    with pytest.raises(Lost):
        run_drafting(job, Dying(job, lambda: NOW))
    assert Invoice.objects.count() < 3
    result = run_drafting(job, Progress(job, lambda: NOW))
    assert Invoice.objects.filter(job=job).count() == 3
    outcomes = {row["project"]: row for row in result["projects"]}
    assert len(outcomes) == 4
    assert outcomes["Project 0"]["amount"] == "380.0000" or Decimal(outcomes["Project 0"]["amount"]) == 380
    assert "on an invoice or a draft already" in outcomes[cast.project.name]["reason"]
    assert delete_drafts_of_job(job_id=job.pk, by=cast.finance) == 3
    assert sum(row.minutes for row in ready_to_bill(cast.finance, THROUGH)) == 360


def test_tabs_of_the_list(cast: Cast, django_assert_max_num_queries: Any) -> None:
    issue(cast, drafted(cast, 60), on=date(2026, 9, 1))
    issue(cast, drafted(cast, 60))
    drafted(cast, 30)
    with django_assert_max_num_queries(4):
        page = invoices_page("open", on=TODAY)
    assert {tab.key: count for tab, count in page.tabs} == {
        "drafts": 1,
        "open": 2,
        "overdue": 1,
        "paid": 0,
        "void": 0,
        "all": 3,
    }
    assert [row.state[2] for row in page.rows] == ["Issued", "Overdue 55 d"]
    assert page.totals == [("USD", 380, 380)]
    assert invoices_page("all", on=TODAY, search="lark 0002", first=0).count == 1
