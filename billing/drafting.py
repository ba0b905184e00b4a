"""Drafting: approved work becomes the lines of a draft, which reserves it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from billing.access import DRAFT_INVOICES
from billing.bills import Bill, find_bills, lay_out
from billing.draft_prices import Parts, Prices, Wanted, find_prices, why_nothing
from billing.holds import held_projects
from billing.layouts import LayoutWish, remember, wished_layouts
from billing.models import (
    BilledExpense,
    BilledMilestone,
    BilledPeriod,
    BilledTime,
    BillingRules,
    Invoice,
    InvoiceLine,
    InvoiceTax,
)
from billing.pricing.work import PricedLine
from billing.taxation import TaxBook, add_up_lines, tax_book
from clients.entities import EntityBook, entity_book
from clients.models import PaymentTerms
from core import audit
from core.copying import copy_rows
from core.errors import Conflict, Refusal
from core.models import Job
from core.periods import month_of
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project


class NothingToBill(Refusal):
    """No approved, billable, rated work is left unbilled."""


class TakenMeanwhile(Conflict):
    """Somebody else drafted the same hours in this moment."""

    sentence = "Somebody else drafted these hours a moment ago. Their draft is in the list of invoices."


@dataclass(frozen=True)
class Outcome:
    """What became of one project: a draft, or the reason why there is none. `unrated_minutes` were left out.

    `notices` say what people must know about the draft: work held back, a cap that is reached.
    """

    project: Project
    invoice: Invoice | None = None
    reason: str = ""
    unrated_minutes: int = 0
    is_taken: bool = False
    notices: tuple[str, ...] = ()
    # All drafts that have a part of the project; `invoice` is the first. Several where payers share it.
    invoices: tuple[Invoice, ...] = ()


@dataclass(frozen=True)
class House:
    """What all drafts of one run share."""

    entities: EntityBook
    rules: BillingRules
    taxes: TaxBook
    terms: PaymentTerms | None
    by: User | None
    job: Job | None


def draft_invoice(
    *,
    project: Project,
    through: date,
    by: User | None,
    on: date,
    entry_ids: Iterable[int] | None = None,
    expense_ids: Iterable[int] | None = None,
    parts: Parts = Parts.ALL,
    layout: LayoutWish | None = None,
) -> Invoice:
    """A draft of what the project's contract lines come to up to and including `through`, each by its method.

    Only approved, billable, unbilled work and expenses count, of which nothing is held. Work without a rate is left out
    (and stays listed as ready to bill), never billed at zero, unless a fee covers it. With `entry_ids` or `expense_ids`
    only those are billed, and no fees. Lines are laid out as last time but for what `layout` says; that is remembered.
    Raises NothingToBill with the reason, TakenMeanwhile when another draft got the hours first, NotAllowed.
    """
    (outcome,) = draft_invoices(
        projects=[project],
        through=through,
        by=by,
        on=on,
        entry_ids=entry_ids,
        expense_ids=expense_ids,
        parts=parts,
        layout=layout,
    )
    if outcome.invoice is None:
        raise TakenMeanwhile if outcome.is_taken else NothingToBill(outcome.reason)
    return outcome.invoice


def draft_invoices(
    *,
    projects: Sequence[Project],
    through: date,
    by: User | None,
    on: date,
    entry_ids: Iterable[int] | None = None,
    expense_ids: Iterable[int] | None = None,
    parts: Parts = Parts.ALL,
    job: Job | None = None,
    layout: LayoutWish | None = None,
) -> list[Outcome]:
    """Drafts for the projects that have something to bill, in one transaction and a constant number of statements.

    One for each project; for each of its payers where several share it; one for all of these projects of a client that
    is billed together.
    """
    require(by, DRAFT_INVOICES)
    wanted = Wanted(through, on, parts, _ids(entry_ids), _ids(expense_ids))
    found = list(
        Project.objects.filter(pk__in=[project.pk for project in projects]).select_related(
            "client__payment_terms"
        )
    )
    with promises(), transaction.atomic():
        subject = found[0] if len(found) == 1 else job
        with audit.acting(
            "billing.draft", by=by, subject=subject, through=through, on=on, projects=len(found)
        ):
            holds = held_projects([project.pk for project in found])
            free = [project for project in found if project.pk not in holds]
            ids = [project.pk for project in free]
            prices = find_prices(ids, wanted)
            bills = find_bills(free, prices, through)
            layouts = wished_layouts(ids, layout)
            lay_out(bills, layouts)
            invoices = _write(bills, prices, on=on, through=through, by=by, job=job)
            if layout is not None and invoices:
                remember({pk: layouts[pk] for pk in invoices})
        priced = prices.by_project
        reasons = why_nothing([pk for pk in ids if pk not in invoices], wanted=wanted, priced=priced)
        reasons |= {pk: f"On hold: {hold.reason}" for pk, hold in holds.items()}
    return [
        Outcome(
            project,
            next(iter(invoices.get(project.pk, ())), None),
            reasons.get(project.pk, ""),
            prices.unrated_minutes.get(project.pk, 0),
            is_taken=prices.is_taken,
            notices=tuple(priced[project.pk].words) if project.pk in priced else (),
            invoices=tuple(invoices.get(project.pk, ())),
        )
        for project in found
    ]


def _ids(ids: Iterable[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


def _write(
    bills: Sequence[Bill], prices: Prices, *, on: date, through: date, by: User | None, job: Job | None
) -> dict[int, list[Invoice]]:
    """Writes the invoices with their lines, taxes and what they bill: one statement for each table. By project."""
    if not bills:
        return {}
    rules = BillingRules.objects.get(pk=1)
    house = House(
        entities=entity_book(),
        rules=rules,
        taxes=tax_book(on, rules),
        terms=PaymentTerms.objects.filter(is_default=True).first(),
        by=by,
        job=job,
    )
    drafts: list[Invoice] = []
    rows: list[tuple[InvoiceLine, PricedLine]] = []
    taxes: list[InvoiceTax] = []
    by_project: dict[int, list[Invoice]] = {}
    for bill in bills:
        invoice = _invoice(house, bill, through)
        invoice.shows_receipts = any(prices.agreements.shows_receipts(each.pk) for each in bill.projects)
        own = [(line_row(invoice, line, position), line) for position, line in enumerate(bill.lines, start=1)]
        taxes += add_up_lines(invoice, [row for row, _ in own], house.taxes)
        drafts.append(invoice)
        rows += own
        for project in bill.projects:
            by_project.setdefault(project.pk, []).append(invoice)
    Invoice.objects.bulk_create(drafts)
    _write_rows(rows)
    InvoiceTax.objects.bulk_create(taxes)
    return by_project


def write_lines(drafts: Sequence[tuple[Invoice, list[PricedLine]]], *, first_position: int = 1) -> None:
    """Writes priced lines, the time, the expenses, the milestones and the periods billed on them: one statement for
    each, whatever their number. Who calls adds the drafts up anew afterwards."""
    _write_rows(
        [
            (line_row(invoice, line, position), line)
            for invoice, lines in drafts
            for position, line in enumerate(lines, start=first_position)
        ]
    )


def _write_rows(rows: list[tuple[InvoiceLine, PricedLine]]) -> None:
    InvoiceLine.objects.bulk_create(row for row, _ in rows)
    bill_time(rows)
    bill_expenses(rows)
    bill_milestones(rows)
    bill_periods(rows)


BILLED = (
    "entry_id", "line_id", "minutes", "printed_minutes", "rate_amount", "rate_source", "amount", "is_live",
)  # fmt: skip
# What an entry on a draft was written up or down by; drafting leaves it at nothing.
ADJUSTED = (
    *BILLED, "adjustment_amount", "adjusted_minutes", "adjusted_rate_amount", "adjustment_reason",
)  # fmt: skip


def bill_time(lines: Iterable[tuple[InvoiceLine, PricedLine]]) -> None:
    """Writes what written lines consume of their entries. One statement, whatever their number."""
    rows = (
        (work.entry_id, line.pk, work.minutes, printed, work.rate_amount, work.rate_source, amount, True)
        for line, priced in lines
        for work, amount, printed in priced.pieces
    )
    copy_rows(BilledTime._meta.db_table, BILLED, rows)


BILLED_EXPENSE = ("expense_id", "line_id", "amount", "billed_amount", "is_live")


def bill_expenses(lines: Iterable[tuple[InvoiceLine, PricedLine]]) -> None:
    """Writes what written lines consume of expenses. One statement where there are any."""
    rows = [
        (part.work.expense_id, line.pk, part.amount, part.billed_amount, True)
        for line, priced in lines
        for part in priced.expenses
    ]
    if rows:
        copy_rows(BilledExpense._meta.db_table, BILLED_EXPENSE, rows)


def bill_milestones(lines: Iterable[tuple[InvoiceLine, PricedLine]]) -> None:
    """Writes which milestones the written lines bill. One statement where there are any."""
    BilledMilestone.objects.bulk_create(
        BilledMilestone(milestone_id=priced.milestone_id, line=line, share_percent=priced.billed_percent)
        for line, priced in lines
        if priced.milestone_id is not None
    )


def bill_periods(lines: Iterable[tuple[InvoiceLine, PricedLine]]) -> None:
    """Writes which periods the written lines bill. One statement where there are any."""
    BilledPeriod.objects.bulk_create(
        BilledPeriod(
            contract_line_id=priced.contract_line_id,
            line=line,
            share_percent=priced.billed_percent,
            **priced.period._asdict(),
        )
        for line, priced in lines
        if priced.period is not None
    )


def period_of(days: Iterable[date], through: date) -> tuple[date, date]:
    """The days that the invoice says it covers: whole months when the cut-off is the end of one, else first to last.

    Without work it is the month of the cut-off, up to it.
    """
    ordered = sorted(days) or [month_of(through).first, through]
    if through == month_of(through).last and ordered[-1] >= month_of(through).first:
        return month_of(ordered[0]).first, through
    return ordered[0], ordered[-1]


def _covered_days(lines: Sequence[PricedLine], through: date) -> tuple[date, date]:
    """The days of the work; without any those of the periods whose fees are billed, else of the expenses."""
    days = [piece.work.worked_on for line in lines for piece in line.pieces]
    periods = [line.period for line in lines if line.period is not None]
    if periods and not days:
        return min(each.first_on for each in periods), max(each.last_on for each in periods)
    return period_of(days or (part.work.spent_on for line in lines for part in line.expenses), through)


def _invoice(house: House, bill: Bill, through: date) -> Invoice:
    first, last = _covered_days(bill.lines, through)
    return Invoice(
        entity=house.entities.of(bill.client),
        client=bill.client,
        project=bill.project,
        currency=bill.client.currency,
        title=bill.title,
        period_first_on=first,
        period_last_on=last,
        terms=bill.terms or house.terms,
        po_number=bill.po_number,
        message=house.rules.invoice_message,
        drafted_by=house.by,
        job=house.job,
        **asdict(bill.layout),
    )


def line_row(invoice: Invoice, priced: PricedLine, position: int) -> InvoiceLine:
    """A priced line as a row, not saved."""
    return InvoiceLine(
        invoice=invoice,
        contract_line_id=priced.contract_line_id,
        project_id=priced.project_id,
        split_id=priced.split_id,
        share_percent=priced.share_percent,
        task_id=priced.task_id,
        group=priced.group,
        work_key=priced.key,
        description=priced.description,
        minutes=priced.minutes,
        rate_amount=priced.rate_amount,
        rate_minutes=priced.rate_minutes,
        computed_amount=priced.amount,
        amount=priced.amount,
        expense_code_id=priced.expense_code_id,
        is_taxable=priced.is_taxable,
        position=position,
    )
