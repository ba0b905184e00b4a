"""Rows of an invoice as JSON: its lines, discounts and taxes."""

from pydantic import Field

from billing.models import InvoiceLine
from core.api import Amount, Row


class LineRow(Row):
    """A printed line. `computed_amount` is what the work comes to, `adjustment_amount` the write-up or write-down."""

    id: int
    project_id: int | None
    contract_line_id: int | None
    group: str
    description: str
    is_work: bool = Field(description="Whether time or expenses stand behind it.")
    expense_code_id: int | None = Field(description="What it bills expenses of.")
    item_id: int | None = Field(description="What it sells of the catalogue.")
    minutes: int
    rate_amount: Amount | None
    rate_minutes: int = Field(description="What the rate is the price of: 60 is an hour, more is a day.")
    computed_amount: Amount
    amount: Amount
    adjustment_amount: Amount
    adjustment_reason: str
    printed_minutes: int = Field(description="What the client sees where hours were written up or down.")
    printed_rate: Amount | None
    is_taxable: bool
    tax_code_id: int | None = Field(description="What taxes it; null for nothing.")
    is_tax_chosen: bool = Field(description="Chosen for this line; else it is its client's.")
    discount_amount: Amount = Field(description="Its own discount and its share of the invoice's.")
    included_tax_amount: Amount
    position: int
    split_id: int | None = Field(description="How the project is shared, where several clients pay.")
    share_percent: Amount | None = Field(description="The part of this client, where several pay.")


class InvoiceTaxRow(Row):
    name: str
    is_included: bool
    rate_percent: Amount
    base_amount: Amount
    amount: Amount


class DiscountRow(Row):
    """A discount off one line, or off all of them; by percent or by amount, before tax."""

    id: int
    line_id: int | None = Field(description="Null for the whole invoice.")
    percent: Amount | None
    amount: Amount | None
    reason: str
    taken_amount: Amount = Field(description="What it comes to.")


LINE = (
    "id", "project_id", "contract_line_id", "group", "description", "minutes", "rate_amount", "rate_minutes",
    "computed_amount", "amount", "adjustment_reason", "printed_minutes", "printed_rate", "is_taxable", "position",
    "split_id", "share_percent", "expense_code_id", "item_id", "tax_code_id", "is_tax_chosen", "discount_amount",
    "included_tax_amount",
)  # fmt: skip


def line_row(line: InvoiceLine) -> LineRow:
    """A line with its adjustment."""
    return LineRow(
        **{name: getattr(line, name) for name in LINE},
        is_work=bool(line.work_key),
        adjustment_amount=line.amount - line.computed_amount,
    )
