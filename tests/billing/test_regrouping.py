"""Laying out drafts of shared projects and of several projects: what is asked for stays, and so does who pays it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from billing.documents import build_content
from billing.drafting import draft_invoice, draft_invoices
from billing.dropping import delete_entries, drop_entries, update_entries
from billing.editing import delete_draft
from billing.holding_work import hold_projects
from billing.issuing import issue_invoice
from billing.layouts import Layout, LayoutWish
from billing.models import BilledTime, By, Invoice, InvoiceLayout
from billing.previewing import preview_drafts
from billing.recalculating import recalculate_draft
from billing.regrouping import lay_out_draft
from billing.staleness import changes
from clients.models import Client
from core.errors import Conflict, Refusal
from projects.models import BillingSplit, ContractLine, Project, Task
from projects.paying import PayerWish, arrange_payers
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry

BY_PERSON = Layout(By.NONE, By.STAFF)


def shared(cast: Cast) -> BillingSplit:
    """The project is paid by its client and the county by halves; 61 and 31 minutes of Priya, 30 of Dana."""
    county = Client.objects.create(
        name="County", currency="USD", billing_address="1 Main St", payment_terms=cast.client.payment_terms
    )
    payers = [PayerWish(cast.client, Decimal(50)), PayerWish(county, Decimal(50))]
    split = arrange_payers(project=cast.project, starts_on=None, payers=payers, by=cast.owner)
    log(cast.member, cast.design, 61, rate=100)
    log(cast.member, cast.review, 31, rate=100, day=date(2026, 11, 10))
    log(cast.manager, cast.review, 30, rate=240)
    return split


def drafts(cast: Cast) -> tuple[Invoice, ...]:
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    return outcome.invoices


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_related("client", "entity", "terms").get(pk=invoice.pk)


def entries(invoice: Invoice) -> dict[int, tuple[int, Decimal]]:
    rows = BilledTime.objects.filter(line__invoice=invoice)
    return {row.entry_id: (row.minutes, row.asked_amount) for row in rows}


def test_a_payers_part_is_laid_out_to_the_cent(cast: Cast) -> None:
    split = shared(cast)
    first, second = drafts(cast)
    before, others = entries(first), entries(second)
    total = first.subtotal_amount
    for layout in (BY_PERSON, Layout(By.WEEK, By.TASK), Layout(), BY_PERSON):
        lay_out_draft(invoice=fresh(first), layout=layout, by=cast.finance)
        assert (fresh(first).subtotal_amount, entries(first)) == (total, before)
        lines = first.lines.all()
        assert {line.split_id for line in lines} == {split.pk}
        assert {line.share_percent for line in lines} == {Decimal(50)}
        assert all(line.work_key.endswith(f"/split{split.pk}") for line in lines)
        found = changes(fresh(first))
        assert (found.entries, found.difference) == ([], 0)
    assert [line.description for line in first.lines.all()] == ["Dana Ruiz", "Priya Raman"]
    assert entries(second) == others
    recalculate_draft(invoice=fresh(first), by=cast.finance)
    assert (fresh(first).subtotal_amount, entries(first)) == (total, before)

    # Drafted again it is laid out as last time, and each comes to what it came to.
    for invoice in (first, second):
        delete_draft(invoice=invoice, by=cast.finance)
    shown = preview_drafts(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    again = drafts(cast)
    assert [entries(invoice) for invoice in again] == [before, others]
    assert [(row.client, row.amount) for row in shown] == [
        (invoice.client, invoice.subtotal_amount) for invoice in again
    ]
    issued = issue_invoice(invoice=again[0], by=cast.finance, on=TODAY, at=NOW)
    assert issued.total_amount == total


def test_an_entry_that_leaves_a_payers_draft_is_that_payers_again(cast: Cast) -> None:
    shared(cast)
    first, second = drafts(cast)
    before = entries(first)
    lay_out_draft(invoice=fresh(first), layout=BY_PERSON, by=cast.finance)
    entry = TimeEntry.objects.get(billable_minutes=61)
    drop_entries(invoice=fresh(first), entry_ids=[entry.pk], by=cast.finance)
    (third,) = drafts(cast)
    assert (third.client, entries(third)) == (first.client, {entry.pk: before[entry.pk]})
    assert entries(first) | entries(third) == before
    # It stands on an invoice of the other payer, and cannot be deleted.
    issue_invoice(invoice=fresh(second), by=cast.finance, on=TODAY, at=NOW)
    with pytest.raises((Refusal, Conflict)):
        delete_entries(invoice=fresh(third), entry_ids=[entry.pk], reason="Typed twice", by=cast.owner)
    assert TimeEntry.objects.filter(pk=entry.pk).exists()


def test_a_changed_entry_is_brought_up_to_date_on_each_payers_draft(cast: Cast) -> None:
    shared(cast)
    first, second = drafts(cast)
    lay_out_draft(invoice=fresh(first), layout=BY_PERSON, by=cast.finance)
    entry = TimeEntry.objects.get(billable_minutes=61)
    TimeEntry.objects.filter(pk=entry.pk).update(rate_amount=200)
    Invoice.objects.update(is_stale=True)
    for invoice in (first, second):
        assert update_entries(invoice=fresh(invoice), entry_ids=[entry.pk], by=cast.finance) == 1
        assert not fresh(invoice).is_stale
    # 61 minutes at 200 are 203.33.
    assert sum(BilledTime.objects.filter(entry=entry).values_list("amount", flat=True)) == Decimal("203.33")


def together(cast: Cast) -> Project:
    """Another project of the client, which is billed together; 60 and 30 minutes of Priya, 30 of Dana."""
    cast.client.is_billed_together = True
    cast.client.save()
    second = Project.objects.create(client=cast.client, name="Alder bridge", code="AB-1", po_number="PO-2")
    line = ContractLine.objects.create(project=second, name="Time", position=1)
    task = Task.objects.create(project=second, contract_line=line, name="Survey")
    log(cast.member, cast.design, 60, rate=100)
    log(cast.manager, cast.design, 30, rate=240)
    log(cast.member, task, 30, rate=100)
    return second


def test_each_project_of_an_invoice_is_laid_out_by_itself(cast: Cast) -> None:
    second = together(cast)
    invoice = draft_invoice(
        project=cast.project, through=THROUGH, by=cast.finance, on=TODAY, layout=LayoutWish(By.NONE, By.STAFF)
    )
    assert [(line.project, line.amount) for line in invoice.lines.all()] == [
        (cast.project, 120),
        (cast.project, 100),
    ]
    delete_draft(invoice=invoice, by=cast.finance)
    outcomes = draft_invoices(projects=[cast.project, second], through=THROUGH, by=cast.finance, on=TODAY)
    (invoice,) = {outcome.invoice for outcome in outcomes}
    assert invoice is not None
    by_person = [
        (second, "Priya Raman", 50),
        (cast.project, "Dana Ruiz", 120),
        (cast.project, "Priya Raman", 100),
    ]
    assert [(each.project, each.description, each.amount) for each in invoice.lines.all()] == by_person
    before = entries(invoice)
    for layout in (Layout(By.PROJECT, By.DAY), Layout(), BY_PERSON):
        lay_out_draft(invoice=fresh(invoice), layout=layout, by=cast.finance)
        assert (fresh(invoice).total_amount, entries(invoice)) == (270, before)
        found = changes(fresh(invoice))
        assert (found.entries, found.difference) == ([], 0)
    recalculate_draft(invoice=fresh(invoice), by=cast.finance)
    assert [(each.project, each.description, each.amount) for each in invoice.lines.all()] == by_person
    assert [(group["project"], group["amount"]) for group in build_content(fresh(invoice))["groups"]] == [
        ("Alder bridge", "50"),
        (cast.project.name, "220"),
    ]
    assert InvoiceLayout.objects.filter(line_by=By.STAFF).count() == 2
    assert BilledTime.objects.aggregate(sum=Sum("amount"))["sum"] == 270


def test_a_project_on_hold_is_left_out_of_the_invoice_for_all(cast: Cast) -> None:
    second = together(cast)
    hold_projects(projects=[second], reason="Contract in review", by=cast.finance, at=NOW)
    held, drafted = sorted(
        draft_invoices(projects=[cast.project, second], through=THROUGH, by=cast.finance, on=TODAY),
        key=lambda outcome: len(outcome.invoices),
    )
    assert (held.project, held.reason) == (second, "On hold: Contract in review")
    assert drafted.invoice is not None
    assert (drafted.invoice.project, drafted.invoice.total_amount) == (cast.project, 220)


@pytest.mark.parametrize(
    ("wish", "last", "laid_out"),
    [
        (LayoutWish(detail="ENTRIES"), BY_PERSON, Layout(By.NONE, By.STAFF, "ENTRIES")),
        (LayoutWish(group_by="WEEK"), BY_PERSON, Layout(By.WEEK, By.STAFF)),
        (LayoutWish(line_by="DAY"), Layout(hides_rates=True), Layout(By.TASK, By.DAY, hides_rates=True)),
        # What was chosen stays, what was the same last time makes way.
        (LayoutWish(line_by="TASK"), Layout(), Layout(By.NONE, By.TASK)),
        (LayoutWish(group_by="ROLE"), Layout(), Layout(By.ROLE, By.TASK)),
        (LayoutWish(group_by="DAY"), Layout(By.TASK, By.DAY), Layout(By.DAY, By.ROLE)),
    ],
)
def test_what_is_not_chosen_for_many_is_as_last_time(
    wish: LayoutWish, last: Layout, laid_out: Layout
) -> None:
    assert wish.over(last) == laid_out
