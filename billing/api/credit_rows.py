"""Credit memos as JSON: what they say, where they went, and what may still be credited."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from billing.models import CreditMemo
from core.api import Amount, Row, words_of

CreditState = Annotated[CreditMemo.State, words_of(CreditMemo.State)]


class CreditLineRow(Row):
    """A line of a credit memo, and the minutes by entry that go back to work in progress when it is issued."""

    id: int
    line_id: int | None
    project_id: int | None
    description: str
    minutes: int
    amount: Amount
    discount_amount: Amount = Field(description="What of its discounts goes back with it.")
    is_taxable: bool
    returns_work: bool
    returned_entries: dict[int, int]


class AppliedRow(Row):
    """A part that pays an invoice; taken off again, it has a second day."""

    id: int
    invoice_id: int
    invoice_number: str
    amount: Amount
    applied_on: date
    undone_on: date | None


class CreditRow(Row):
    """A credit memo. `left_amount` is what an issued one still is worth."""

    id: int
    number: str
    state: CreditState
    client_id: int
    client_name: str
    invoice_id: int | None
    title: str
    reason: str
    currency: str
    subtotal_amount: Amount
    discount_amount: Amount
    tax_amount: Amount
    included_tax_amount: Amount
    total_amount: Amount
    applied_amount: Amount
    refunded_amount: Amount
    left_amount: Amount
    issued_on: date | None
    version: int
    drafted_at: datetime
    voided_on: date | None
    void_reason: str
    updated_at: datetime


class CreditAnswer(CreditRow):
    """A credit memo with its lines and where it went."""

    message: str
    lines: list[CreditLineRow]
    applications: list[AppliedRow]


class LeftEntryRow(Schema):
    entry_id: int
    minutes: int


class LeftRow(Schema):
    """What may still be credited of a line."""

    line_id: int
    description: str
    amount: Amount
    minutes: int
    entries: list[LeftEntryRow]
