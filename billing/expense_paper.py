"""Expenses of an invoice in words and figures of the client's language: their appendix and their receipts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PaperExpense:
    day: str
    person: str
    note: str
    amount: str


@dataclass(frozen=True)
class PaperExpenses:
    """The expenses behind one line."""

    title: str
    amount: str
    expenses: list[PaperExpense]


@dataclass(frozen=True)
class PaperReceipt:
    """A receipt: a picture that is printed, or a file that goes along. `url` is where the renderer finds it."""

    url: str
    is_picture: bool
    caption: str


def expense_sections(
    content: dict[str, Any], amount: Callable[[str], str], day: Callable[[str], str]
) -> list[PaperExpenses]:
    """Set with the figures and days of the paper's language."""
    return [
        PaperExpenses(
            section["description"],
            amount(section["amount"]),
            [
                PaperExpense(
                    day(each["day"]),
                    each["person"],
                    ": ".join(part for part in (each["vendor"], each["note"]) if part),
                    amount(each["amount"]),
                )
                for each in section["expenses"]
            ],
        )
        for section in content.get("expense_appendix", [])
    ]


def receipts(content: dict[str, Any], day: Callable[[str], str]) -> list[PaperReceipt]:
    """In the order of the lines, then of their days."""
    return [
        PaperReceipt(
            f"stored:{each['file_id']}",
            each["is_picture"],
            ", ".join(part for part in (day(each["day"]), each["vendor"], each["name"]) if part),
        )
        for each in content.get("receipts", [])
    ]
