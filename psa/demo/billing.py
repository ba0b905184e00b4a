"""Three months of invoices: older ones issued, mostly paid; last month's drafted or just sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing import receipts
from billing.delivering import send_invoice
from billing.drafting import draft_invoices
from billing.editing import Terms, edit_invoice, edit_line
from billing.events import payment_received
from billing.issuing import issue_invoice
from billing.models import BilledTime, Invoice, InvoiceLine, Payment
from billing.receiving import record_payment
from billing.recipients import recipients_of
from core.money import round_amount
from core.periods import Period
from ledger.closing import close_through
from psa.demo.cast import Stage
from psa.demo.deciding import signature
from psa.demo.story import Fate
from timesheets.approving import approve_time
from timesheets.cutting import cut_billable
from timesheets.locking import lock_through
from timesheets.models import TimeEntry
from timesheets.unapproving import take_back

REWORK = "Rework, not chargeable"
# What is written down of a draft's largest line, in whole tens.
ON_DRAFT, ON_INVOICE = Decimal("0.05"), Decimal("0.08")
PART = Decimal("0.40")
CUT_MINUTES = 90
# How long clients take to pay, in days.
PATIENCE = (18, 22, 25, 27, 29)

# When the money comes, for which invoice, and what becomes of that.
Receipt = tuple[date, Invoice, Fate]


def bill(stage: Stage) -> None:
    """Drafts, issues and collects month by month, and closes the older two months."""
    receipts_due = [
        receipt
        for number, month in enumerate(stage.calendar.months)
        for receipt in _bill_month(stage, month, number)
    ]
    with without_receipts():
        for received_on, invoice, fate in sorted(receipts_due, key=lambda receipt: receipt[0]):
            _collect(stage, invoice, fate, received_on)
    closed = stage.calendar.months[1].last
    lock_through(on=closed, by=stage.finance)
    close_through(on=stage.calendar.months[0].last, by=stage.finance)


@contextmanager
def without_receipts() -> Iterator[None]:
    """Payments of months ago mail no receipts today."""
    payment_received.disconnect(dispatch_uid="receipt")
    try:
        yield
    finally:
        payment_received.connect(receipts.send_receipt, dispatch_uid="receipt")


def _bill_month(stage: Stage, month: Period, number: int) -> list[Receipt]:
    """Returns the payments that follow."""
    fates = {
        stage.projects[project.name].pk: project.fates[number]
        for project in stage.story.projects
        if project.fates[number].is_billed
    }
    billed = [project for project in stage.projects.values() if project.pk in fates]
    on = stage.calendar.billing_day(month)
    outcomes = draft_invoices(projects=billed, through=month.last, by=stage.finance, on=on)
    drafts = [outcome.invoice for outcome in outcomes if outcome.invoice is not None]
    drafted_at = stage.calendar.moment(on, 10)
    Invoice.objects.filter(pk__in=[draft.pk for draft in drafts]).update(drafted_at=drafted_at)
    follow: list[Receipt] = []
    for draft in drafts:
        fate = fates[draft.project_id or 0]
        draft = _worded(stage, Invoice.objects.get(pk=draft.pk))
        if fate.is_issued:
            follow += _issue(stage, draft, fate, on)
        elif fate is Fate.WRITTEN_DOWN:
            _write_down(stage, draft, ON_DRAFT)
        elif fate is Fate.STALE:
            _change_work_under(stage, draft)
    return follow


def _worded(stage: Stage, draft: Invoice) -> Invoice:
    """The firm's usual message in the client's language."""
    message = stage.story.messages.get(draft.client.language)
    if message is None:
        return draft
    return edit_invoice(invoice=draft, wanted=Terms(message=message), by=stage.finance)


def _issue(stage: Stage, draft: Invoice, fate: Fate, on: date) -> list[Receipt]:
    at = stage.calendar.moment(on, 14)
    if fate is Fate.PAID and stage.dice.random() < 0.7:
        _write_down(stage, draft, ON_INVOICE)
    invoice = issue_invoice(invoice=draft, by=stage.finance, on=on, at=at)
    people = recipients_of(invoice)
    if fate is Fate.MAILED:
        send_invoice(
            invoice=invoice, to=people.to, cc=people.cc, message="", by=stage.finance, at=stage.calendar.at
        )
        return []
    # It went out on its day; nobody's mailbox of today has it.
    Invoice.objects.filter(pk=invoice.pk).update(sent_at=at, sent_to=", ".join(people.to))
    received_on = on + timedelta(days=stage.dice.choice(PATIENCE))
    is_due = fate in (Fate.PAID, Fate.PARTLY_PAID) and received_on <= stage.calendar.today
    return [(received_on, invoice, fate)] if is_due else []


def _write_down(stage: Stage, draft: Invoice, share: Decimal) -> None:
    """The largest line comes to less than its work."""
    line = InvoiceLine.objects.filter(invoice=draft).order_by("-amount")[0]
    less = int(line.amount * share) // 10 * 10
    if less:
        edit_line(line=line, by=stage.finance, amount=line.amount - less, reason=REWORK)


def _collect(stage: Stage, invoice: Invoice, fate: Fate, received_on: date) -> None:
    is_check = stage.dice.random() < 0.4
    whole = invoice.total_amount
    record_payment(
        invoice=invoice,
        amount=whole if fate is Fate.PAID else round_amount(whole * PART, invoice.currency),
        method=Payment.Method.CHECK if is_check else Payment.Method.BANK_TRANSFER,
        reference=f"{stage.dice.randint(10400, 98000)}"
        if is_check
        else f"ACH {stage.dice.randint(410000, 990000)}",
        received_on=received_on,
        by=stage.finance,
        on=received_on,
        at=stage.calendar.moment(received_on, 11),
    )


def _change_work_under(stage: Stage, draft: Invoice) -> None:
    """An approved line on the draft is taken back, cut and approved again: the draft is stale."""
    entry = _line_to_cut(draft)
    if entry is None:
        return
    person = next(told for told in stage.story.people if stage.staff[told.key].pk == entry.staff_id)
    by, at = stage.decider_of(person), _yesterday(stage)
    take_back(entry_ids=[entry.pk], by=by, at=at, reason=REWORK)
    entry.refresh_from_db()
    entry = cut_billable(
        entry=entry,
        billable_minutes=entry.worked_minutes - CUT_MINUTES,
        reason=REWORK,
        by=by,
        at=at,
        version=entry.version,
    )
    approve_time(entry_ids=[entry.pk], by=by, at=at, signature=signature(by))


def _line_to_cut(draft: Invoice) -> TimeEntry | None:
    billed = BilledTime.objects.filter(line__invoice=draft, minutes__gt=CUT_MINUTES * 2)
    row = billed.select_related("entry").order_by("-entry__worked_on", "pk").first()
    return row.entry if row else None


def _yesterday(stage: Stage) -> datetime:
    return stage.calendar.moment(stage.calendar.today - timedelta(days=1), 15)
