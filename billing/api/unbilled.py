"""What may be billed: by project, and entry by entry; rating what has no rate; the firm's rules of invoicing."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from billing import billable
from billing.access import DRAFT_INVOICES, MANAGE_BILLING, VIEW_BILLING
from billing.models import BillingRules
from billing.rating import rate_unrated
from billing.rules_forms import RulesForm
from billing.ruling import FIELDS, edit_rules
from billing.unbilled import Ready, ready_to_bill, rounded_amount
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from core.periods import month_of
from people.guards import guarded
from timesheets.api.schemas import TimeState
from timesheets.models import TimeEntry

routes = Routes("billing")


class UnbilledFilters(Schema):
    through: Day | None = Field(None, description="Work up to this day; by default the end of this month.")
    client_id: Id | None = None
    lead_id: Id | None = None
    project_id: Id | None = None


class UnbilledEntryFilters(Part):
    through: Day | None = Field(None, description="Work up to this day; by default the end of this month.")
    project_id: Id | None = None
    client_id: Id | None = None
    is_ready: bool | None = Field(None, description="True: only what can be drafted now.")
    is_rated: bool | None = None


class ReadyRow(Schema):
    """A project's unbilled work. Ready is approved, billable, rated and on no invoice or draft."""

    project_id: int
    project_name: str
    client_id: int
    client_name: str
    currency: str
    ready_minutes: int
    ready_amount: Amount = Field(description="What a draft would come to now, fees included.")
    fee_amount: Amount = Field(description="The part of it that fees make, not hours.")
    expense_amount: Amount = Field(description="The part of it that expenses make.")
    held_expense_amount: Amount = Field(description="Expenses on hold.")
    notes: list[str] = Field(description="What a draft would leave, and why.")
    waiting_minutes: int = Field(description="Not approved yet.")
    waiting_amount: Amount
    unrated_minutes: int = Field(description="Without a rate; never billed until it has one.")
    oldest_on: date | None
    draft_ids: list[int]
    draft_amount: Amount


class Unbilled(Schema):
    through: date
    items: list[ReadyRow]


class UnbilledEntryRow(Schema):
    """A time entry with minutes that stand on no invoice and no draft."""

    entry_id: int
    project_id: int
    project_name: str
    client_id: int
    currency: str
    task_id: int
    task_name: str
    staff_id: int
    staff_name: str
    labor_code_id: int | None
    worked_on: date
    note: str
    state: TimeState
    remaining_minutes: int
    is_rated: bool
    is_ready: bool
    rate_amount: Amount | None
    rate_minutes: int
    amount: Amount | None


class RateEntriesWish(Wish):
    entry_ids: list[Id] = Field(min_length=1, max_length=5000)


class Rated(Schema):
    rated: int = Field(description="How many entries found a rate.")


class RulesAnswer(Row):
    number_prefix: str
    credit_prefix: str
    retainer_prefix: str
    number_pattern: str
    invoice_message: str
    allows_partial_payment: bool
    minimum_payment_amount: Amount
    link_days: int


class RulesChange(Wish):
    number_prefix: str | None = None
    credit_prefix: str | None = None
    retainer_prefix: str | None = None
    number_pattern: str | None = Field(None, description="{prefix}, {year} or {yy}, {month}, {number}.")
    invoice_message: str | None = None
    allows_partial_payment: bool | None = None
    minimum_payment_amount: WishedAmount | None = None
    link_days: int | None = None


@routes.read("/unbilled", Unbilled)
@guarded(VIEW_BILLING)
def list_unbilled(request: HttpRequest, wanted: Query[UnbilledFilters]) -> Unbilled:
    """Projects with unbilled work or a draft, the largest amount first."""
    today = clock.today(request.user)
    through = wanted.through or month_of(today).last
    rows = [
        row
        for row in ready_to_bill(request.user, through, today=today)
        if wanted.client_id in (None, row.project.client_id)
        and wanted.lead_id in (None, row.project.lead_id)
        and wanted.project_id in (None, row.project.pk)
    ]
    return Unbilled(through=through, items=[_ready(row) for row in rows])


def _ready(row: Ready) -> ReadyRow:
    return ReadyRow(
        project_id=row.project.pk,
        project_name=row.project.name,
        client_id=row.project.client_id,
        client_name=row.project.client.name,
        currency=row.currency,
        ready_minutes=row.minutes,
        ready_amount=row.amount,
        fee_amount=row.fee_amount,
        expense_amount=row.spent.amount,
        held_expense_amount=row.spent.held_amount,
        notes=list(row.notes),
        waiting_minutes=row.waiting_minutes,
        waiting_amount=row.waiting_amount,
        unrated_minutes=row.unrated_minutes,
        oldest_on=row.oldest_on,
        draft_ids=[draft.pk for draft in row.drafts],
        draft_amount=row.draft_amount,
    )


@routes.read("/unbilled/entries", Listing[UnbilledEntryRow])
@guarded(VIEW_BILLING)
def list_unbilled_entries(request: HttpRequest, wanted: Query[UnbilledEntryFilters]) -> dict[str, Any]:
    """Unbilled work entry by entry, with what it would come to and what keeps it from an invoice."""
    through = wanted.through or month_of(clock.today(request.user)).last
    entries = TimeEntry.objects.filter(worked_on__lte=through)
    if wanted.project_id is not None:
        entries = entries.filter(project=wanted.project_id)
    if wanted.client_id is not None:
        entries = entries.filter(project__client=wanted.client_id)
    rows = billable.unbilled(entries).annotate(is_rated=Q(billable.rated()), worth=rounded_amount())
    if wanted.is_rated is not None:
        rows = rows.filter(is_rated=wanted.is_rated)
    if wanted.is_ready is not None:
        ready = Q(is_rated=True, state=TimeEntry.State.APPROVED)
        rows = rows.filter(ready if wanted.is_ready else ~ready)
    found = page(rows.select_related("project__client", "task", "staff"), wanted)
    return found | {"items": [_entry(entry) for entry in found["items"]]}


def _entry(entry: Any) -> UnbilledEntryRow:
    worth: Decimal | None = entry.worth if entry.is_rated else None
    return UnbilledEntryRow(
        entry_id=entry.pk,
        project_id=entry.project_id,
        project_name=entry.project.name,
        client_id=entry.project.client_id,
        currency=entry.project.client.currency,
        task_id=entry.task_id,
        task_name=entry.task.name,
        staff_id=entry.staff_id,
        staff_name=entry.staff.name,
        labor_code_id=entry.labor_code_id,
        worked_on=entry.worked_on,
        note=entry.note,
        state=TimeEntry.State(entry.state),
        remaining_minutes=entry.remaining_minutes,
        is_rated=entry.is_rated,
        is_ready=entry.is_rated and entry.state == TimeEntry.State.APPROVED,
        rate_amount=entry.rate_amount,
        rate_minutes=entry.rate_minutes,
        amount=worth,
    )


@routes.write("/unbilled/rate", Rated)
@guarded(DRAFT_INVOICES)
def rate_entries(request: HttpRequest, wish: RateEntriesWish) -> dict[str, Any]:
    """Looks for the rates of unbilled entries without one anew."""
    return {"rated": rate_unrated(entry_ids=wish.entry_ids, by=request.user)}


@routes.read("/billing-rules", RulesAnswer)
@guarded(MANAGE_BILLING)
def show_billing_rules(request: HttpRequest) -> Any:
    """The firm's rules of invoicing and paying."""
    return BillingRules.objects.get(pk=1)


@routes.write("/billing-rules", RulesAnswer, method="PATCH")
@guarded(MANAGE_BILLING)
def change_billing_rules(request: HttpRequest, wish: RulesChange) -> Any:
    """Changes rules; what is left out stays. Issued invoices keep their numbers and words."""
    known = BillingRules.objects.get(pk=1)
    now = {name: getattr(known, name) for name in FIELDS}
    return edit_rules(by=request.user, **cleaned(RulesForm, wish, initial=now))
