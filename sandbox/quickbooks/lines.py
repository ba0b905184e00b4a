"""Lines of transactions: what each kind needs, and what they add up to."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks.faults import Fault, broken, missing
from sandbox.quickbooks.money import cents, number, seven
from sandbox.store import Body

ZERO = Decimal(0)


def wanted(record: Body, kinds: tuple[str, ...]) -> list[Body]:
    """The lines that were sent, without the totals that the vendor adds. Raises Fault 2250 without any line of `kinds`,
    2020 without DetailType, 6000 for a kind that the transaction does not have."""
    lines = [line for line in record.get("Line", []) if line.get("DetailType") != "SubTotalLineDetail"]
    for line in lines:
        if not line.get("DetailType"):
            raise missing("Line.DetailType")
        if line["DetailType"] not in (*kinds, "DescriptionOnly", "DiscountLineDetail"):
            raise broken(f"The transaction has no lines of the type {line['DetailType']}.", "DetailType")
    if not any(line["DetailType"] in kinds for line in lines):
        raise Fault("2250", "Required line missing", "At least one line is required.", "Line")
    return lines


def amount(line: Body) -> Decimal:
    """The line's amount in cents. Raises Fault 2020."""
    if line.get("Amount") in (None, ""):
        raise missing("Line.Amount")
    return cents(number(line["Amount"]))


def detail(line: Body) -> Body:
    """What the line holds for its type. Raises Fault 2020."""
    found: Any = line.get(line["DetailType"])
    if not isinstance(found, dict):
        raise missing(f"Line.{line['DetailType']}")
    return found


def check_product(line: Body, price: str = "UnitPrice") -> None:
    """Raises Fault 6070 unless Amount is the rounded product of quantity and price, where both are sent."""
    inner = detail(line)
    for name in ("Qty", price):
        if inner.get(name) is not None:
            inner[name] = seven(number(inner[name]))
    if not inner.get("Qty") and not inner.get(price):
        # python-quickbooks sends both as 0 where nobody set them.
        inner.pop("Qty", None)
        inner.pop(price, None)
    if inner.get("Qty") is None or inner.get(price) is None:
        return
    if cents(inner["Qty"] * inner[price]) != amount(line):
        text = f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount(line)}"
        raise Fault("6070", "Amount calculation incorrect in the request", text, "Amount")


def reference(line: Body, name: str) -> Body:
    """A reference that a line cannot do without. Raises Fault 6440."""
    found: Any = detail(line).get(name)
    if not isinstance(found, dict) or not found.get("value"):
        text = f"A line needs its {name}."
        raise Fault("6440", "Line without item or account", f"Business Validation Error: {text}", name)
    return found


def numbered(lines: list[Body]) -> list[Body]:
    """Ids and numbers for lines, from 1."""
    for place, line in enumerate(lines, 1):
        line.update(Id=str(place), LineNum=place)
    return lines
