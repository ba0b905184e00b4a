"""Several payers of one project, and one invoice for several projects: who is billed what, before and after voiding."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billing.batching import run_drafting, start_drafting
from billing.draft_prices import Parts
from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.editing import delete_draft
from billing.holding import drop_expenses
from billing.issuing import issue_invoice
from billing.models import BilledMilestone, BilledTime, Invoice
from billing.recalculating import recalculate_draft
from billing.staleness import changes
from billing.unbilled import ready_to_bill
from billing.voiding import void_invoice
from billing.writing_off import write_off
from clients.models import Client, PaymentTerms
from core.errors import Conflict, Refusal
from core.jobs import Progress
from core.models import Job
from projects.models import BillingSplit, ContractLine, Milestone, Payer, Project, Task
from projects.paying import (
    AnotherCurrency,
    PayerTwice,
    PayerWish,
    SharesDoNotAddUp,
    arrange_payers,
    remove_payers,
)
from tests.billing.spending import agree, spend
from tests.billing.work import FIRST, THROUGH, log, log_many
from tests.cast import NOW, TODAY, Cast


def other(cast: Cast, name: str = "County", **fields: object) -> Client:
    return Client.objects.create(
        name=name,
        currency="USD",
        billing_address="1 Main St",
        payment_terms=cast.client.payment_terms,
        **fields,
    )


def arrange(
    cast: Cast, *shares: tuple[Client, str], starts_on: date | None = None, **fields: object
) -> BillingSplit:
    wishes = [PayerWish(client, Decimal(percent), **fields) for client, percent in shares]  # type: ignore[arg-type]
    return arrange_payers(project=cast.project, starts_on=starts_on, payers=wishes, by=cast.owner)


def draft_all(cast: Cast) -> Sequence[Invoice]:
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    return outcome.invoices


def sums(invoices: Sequence[Invoice]) -> dict[str, tuple[int, str]]:
    return {
        invoice.client.name: (
            sum(row.minutes for row in BilledTime.objects.filter(line__invoice=invoice)),
            f"{invoice.subtotal_amount:.2f}",
        )
        for invoice in invoices
    }


def issue(cast: Cast, invoice: Invoice) -> Invoice:
    return issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)


def test_each_payer_gets_its_draft_and_its_own_again(cast: Cast) -> None:
    county = other(cast)
    net_60 = PaymentTerms.objects.get(name="Net 60")
    arrange_payers(
        project=cast.project,
        starts_on=None,
        payers=[
            PayerWish(cast.client, Decimal(50)),
            PayerWish(county, Decimal(50), terms=net_60, po_number="C-77"),
        ],
        by=cast.owner,
    )
    log(cast.member, cast.design, 61, rate=100)
    first, second = draft_all(cast)
    assert sums([first, second]) == {cast.client.name: (31, "50.84"), "County": (30, "50.83")}
    assert (second.terms, second.po_number, second.project) == (net_60, "C-77", cast.project)
    assert [str(line.share_percent) for line in second.lines.all()] == ["50.0000"]
    with pytest.raises(NothingToBill):
        draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)

    # One draft deleted, the other issued: what comes again is the deleted one's, to the minute and the cent.
    delete_draft(invoice=first, by=cast.finance)
    issue(cast, second)
    (again,) = draft_all(cast)
    assert sums([again]) == {cast.client.name: (31, "50.84")}
    # The issued one void: it alone comes again.
    void_invoice(invoice=second, reason="Wrong PO", by=cast.finance, on=TODAY, at=NOW)
    (third,) = draft_all(cast)
    assert sums([third]) == {"County": (30, "50.83")}
    assert BilledTime.objects.filter(is_live=True).count() == 2


def test_thirds_of_many_entries_add_up(cast: Cast) -> None:
    county, town = other(cast), other(cast, "Town")
    arrange(cast, (cast.client, "33.3333"), (county, "33.3333"), (town, "33.3334"))
    log_many(cast.member, cast.design, 7, 61, rate=100)
    drafts = draft_all(cast)
    # 7 × 101.67 is 711.69.
    assert sums(drafts) == {
        cast.client.name: (142, "237.23"),
        "County": (142, "237.23"),
        "Town": (143, "237.23"),
    }
    assert sum(draft.subtotal_amount for draft in drafts) == Decimal("711.69")


def test_shares_hold_from_their_day_on(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (county, "100"), starts_on=date(2026, 11, 10))
    arrange(cast, (cast.client, "60"), (county, "40"), starts_on=date(2026, 11, 20))
    for day in (9, 10, 20):
        log(cast.member, cast.design, 60, day=date(2026, 11, day), rate=100)
    assert sums(draft_all(cast)) == {cast.client.name: (96, "160.00"), "County": (84, "140.00")}


def test_by_contract_line(cast: Cast) -> None:
    county = other(cast)
    line = ContractLine.objects.create(project=cast.project, name="Survey", position=2)
    task = Task.objects.create(project=cast.project, contract_line=line, name="Survey")
    arrange(cast, (county, "100"), contract_line=line)
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, task, 30, rate=100)
    assert sums(draft_all(cast)) == {cast.client.name: (60, "100.00"), "County": (30, "50.00")}


def test_a_fixed_fee_and_its_hours(cast: Cast) -> None:
    county = other(cast)
    cast.design.contract_line.method = "FIXED_FEE"
    cast.design.contract_line.fee_amount = Decimal("1000.01")
    cast.design.contract_line.save()
    arrange(cast, (cast.client, "50"), (county, "50"))
    log(cast.member, cast.design, 61)
    first, second = draft_all(cast)
    assert sums([first, second]) == {cast.client.name: (31, "500.01"), "County": (30, "500.00")}
    issue(cast, first)
    delete_draft(invoice=second, by=cast.finance)
    (again,) = draft_all(cast)
    assert sums([again]) == {"County": (30, "500.00")}


def test_a_milestone_is_billed_in_shares(cast: Cast) -> None:
    county = other(cast)
    line = cast.design.contract_line
    line.method, line.fee_amount = "MILESTONE", Decimal(900)
    line.save()
    mark = Milestone.objects.create(
        contract_line=line, name="Permit", amount=Decimal("300.01"), trigger="DAY", planned_on=FIRST
    )
    arrange(cast, (cast.client, "50"), (county, "50"))
    first, second = draft_all(cast)
    assert sums([first, second]) == {cast.client.name: (0, "150.01"), "County": (0, "150.00")}
    issue(cast, second)
    delete_draft(invoice=first, by=cast.finance)
    (again,) = draft_all(cast)
    assert sums([again]) == {cast.client.name: (0, "150.01")}
    with pytest.raises(NothingToBill):
        draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert (
        sum(row.share_percent for row in BilledMilestone.objects.filter(milestone=mark, is_live=True)) == 100
    )


def test_a_cap_counts_all_payers(cast: Cast) -> None:
    county = other(cast)
    line = cast.design.contract_line
    line.cap_scope, line.cap_amount = "LINE", Decimal(150)
    line.save()
    arrange(cast, (cast.client, "50"), (county, "50"))
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, cast.design, 60, rate=100, day=date(2026, 11, 3))
    first, second = draft_all(cast)
    assert sums([first, second]) == {cast.client.name: (45, "75.00"), "County": (45, "75.00")}
    issue(cast, first)
    delete_draft(invoice=second, by=cast.finance)
    (again,) = draft_all(cast)
    assert sums([again]) == {"County": (45, "75.00")}


def test_a_stale_draft_keeps_to_its_payer(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    entry = log(cast.member, cast.design, 60, rate=100)
    drafts = draft_all(cast)
    entry.billable_minutes = 91
    entry.save()
    for draft in drafts:
        draft.refresh_from_db()
        assert draft.is_stale
        recalculate_draft(invoice=draft, by=cast.finance)
        draft.refresh_from_db()
    assert sums(drafts) == {cast.client.name: (46, "75.84"), "County": (45, "75.83")}
    assert not changes(drafts[0]).entries
    assert not changes(drafts[1]).entries

    # Other shares: drafts are stale, and recalculating moves the parts.
    arrange(cast, (cast.client, "20"), (county, "80"))
    for draft in drafts:
        draft.refresh_from_db()
        assert draft.is_stale
        recalculate_draft(invoice=draft, by=cast.finance)
        draft.refresh_from_db()
    assert sums(drafts)[cast.client.name] == (18, "30.33")


def test_shares_are_kept_by_the_database(cast: Cast) -> None:
    county = other(cast)
    with pytest.raises(SharesDoNotAddUp, match="come to 90 %"):
        arrange(cast, (cast.client, "50"), (county, "40"))
    with pytest.raises(PayerTwice):
        arrange(cast, (county, "50"), (county, "50"))
    euro = Client.objects.create(name="Euro", currency="EUR", payment_terms=cast.client.payment_terms)
    with pytest.raises(AnotherCurrency, match="billed in EUR"):
        arrange(cast, (cast.client, "50"), (euro, "50"))
    split = arrange(cast, (cast.client, "50"), (county, "50"))
    for change in (
        lambda: Payer.objects.filter(split=split, client=county).update(percent=49),
        lambda: Payer.objects.filter(split=split, client=county).delete(),
        lambda: Payer.objects.filter(split=split, client=county).update(client=euro),
        lambda: Client.objects.filter(pk=county.pk).update(currency="EUR"),
    ):
        with pytest.raises(Exception, match=r"add up to 100|currency|shares a project"), transaction.atomic():
            change()

    log(cast.member, cast.design, 60)
    first, _ = draft_all(cast)
    issue(cast, first)
    with pytest.raises(Conflict, match="issued by these shares"), transaction.atomic():
        arrange(cast, (county, "100"))
    with pytest.raises(Refusal, match="issued by these shares"), transaction.atomic():
        remove_payers(split=split, by=cast.owner)
    arrange(cast, starts_on=date(2026, 12, 1))  # the client alone again, from a later day on


def of_two_projects(cast: Cast) -> Invoice:
    """A draft of 50.00 for one project and 100.00 for another of a client that is billed together."""
    cast.client.is_billed_together = True
    cast.client.save()
    second = Project.objects.create(client=cast.client, name="Alder bridge", code="AB-1", po_number="PO-2")
    line = ContractLine.objects.create(project=second, name="Time", position=1)
    task = Task.objects.create(project=second, contract_line=line, name="Survey")
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, task, 30, rate=100)
    outcomes = draft_invoices(projects=[cast.project, second], through=THROUGH, by=cast.finance, on=TODAY)
    (invoice,) = {outcome.invoice for outcome in outcomes}
    assert invoice is not None
    return invoice


def test_one_invoice_for_all_projects(cast: Cast) -> None:
    invoice = of_two_projects(cast)
    second = Project.objects.get(name="Alder bridge")
    assert (invoice.project, invoice.total_amount) == (None, Decimal(150))
    assert invoice.title == f"Alder bridge · {cast.project.name}"
    assert [(each.project, each.amount) for each in invoice.lines.all()] == [
        (second, 50),
        (cast.project, 100),
    ]
    issued = issue(cast, invoice)
    sold = {
        each.project: each.credit_amount
        for each in issued.journal.get().entry.lines.filter(credit_amount__gt=0)
    }
    assert sold == {second: 50, cast.project: 100}
    void_invoice(invoice=issued, reason="Wrong", by=cast.finance, on=TODAY, at=NOW)
    alone = draft_invoice(project=second, through=THROUGH, by=cast.finance, on=TODAY)
    assert (alone.project, alone.po_number, alone.total_amount) == (second, "PO-2", 50)


def test_expenses_are_shared(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    spend(cast.member, cast.project, "100.01")
    first, second = draft_all(cast)
    assert [str(draft.subtotal_amount) for draft in (first, second)] == ["50.01", "50.00"]
    issue(cast, second)
    delete_draft(invoice=first, by=cast.finance)
    (again,) = draft_all(cast)
    assert (again.client, again.subtotal_amount) == (cast.client, Decimal("50.01"))
    with pytest.raises(NothingToBill):
        draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


def test_capped_expenses_are_ready_as_their_payers_are_billed(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    line = cast.project.contract_lines.get()
    agree(line, "CAPPED", expense_cap_amount=Decimal(500))
    spend(cast.member, cast.project, "620")

    def ready() -> Decimal:
        return {row.project: row.spent.amount for row in ready_to_bill(cast.owner, THROUGH)}[cast.project]

    assert ready() == 500
    first, second = draft_all(cast)
    assert [draft.subtotal_amount for draft in (first, second)] == [250, 250]
    assert ready() == 0
    issue(cast, second)
    delete_draft(invoice=first, by=cast.finance)
    assert ready() == 250
    (again,) = draft_all(cast)
    assert again.subtotal_amount == 250


def test_an_expense_taken_off_one_payers_draft_stays_on_the_other(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    spend(cast.member, cast.project, "30")
    expense = spend(cast.member, cast.project, "100")
    first, second = draft_all(cast)
    drop_expenses(invoice=first, expense_ids=[expense.pk], by=cast.finance)
    second.refresh_from_db()
    assert (first.total_amount, second.total_amount) == (15, 65)
    (row,) = ready_to_bill(cast.owner, THROUGH)
    assert row.spent.amount == 50
    (again,) = draft_all(cast)
    assert (again.client, again.total_amount) == (cast.client, 50)


def test_what_is_lost_of_an_invoice_of_several_projects_is_lost_by_each(cast: Cast) -> None:
    invoice = issue(cast, of_two_projects(cast))
    written = write_off(
        invoice=invoice, amount=Decimal("10.01"), reason="Bankrupt", by=cast.finance, on=TODAY, at=NOW
    )
    lost = {
        line.project.name: line.debit_amount
        for line in written.entry.lines.filter(debit_amount__gt=0).select_related("project")
        if line.project
    }
    assert lost == {"Alder bridge": Decimal("3.34"), cast.project.name: Decimal("6.67")}


def test_a_job_drafts_what_belongs_together_at_once(cast: Cast) -> None:
    of_two_projects(cast).delete()
    job = start_drafting(project_ids=[cast.project.pk], through=THROUGH, by=cast.finance, on=TODAY)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    job.refresh_from_db()
    result = run_drafting(job, Progress(job, lambda: NOW))
    (row,) = result["projects"]
    assert (row["project"], Decimal(row["amount"])) == (f"Alder bridge · {cast.project.name}", 150)
    # A second run after a restart finds it drafted.
    (again,) = run_drafting(job, Progress(job, lambda: NOW))["projects"]
    assert again["invoice_id"] == row["invoice_id"]


def test_a_job_drafts_expenses_alone(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    spend(cast.member, cast.project, "40")
    job = start_drafting(
        project_ids=[cast.project.pk], through=THROUGH, by=cast.finance, on=TODAY, parts=Parts.EXPENSES
    )
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    job.refresh_from_db()
    (row,) = run_drafting(job, Progress(job, lambda: NOW))["projects"]
    assert Decimal(row["amount"]) == 40
