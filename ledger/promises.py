"""What the database's refusals mean, for people."""

from datetime import date

from core import promises
from core.errors import Refusal


class BooksAreClosed(Refusal):
    """The date lies in a period of the books that is closed."""

    sentence = "The books are closed through {day}. Choose a later date, or reopen them."


class NotBalanced(Refusal):
    """Debits and credits of an entry differ, or it has fewer than two lines."""

    sentence = "A journal entry needs at least two lines, with debits equal to credits. Nothing was posted."


class EntryIsPosted(Refusal):
    """Posted entries never change."""

    sentence = "A posted journal entry never changes. Reverse it and post a new one."


def closed_through(day: date, *, field: str = "") -> BooksAreClosed:
    """The refusal for books that are closed through `day`."""
    return BooksAreClosed(day=f"{day.day} {day:%b %Y}", field=field)


def _closed(detail: str) -> Refusal:
    return closed_through(date.fromisoformat(detail))


promises.register("ledger_entry_balances", NotBalanced)
promises.register("ledger_entry_has_lines", NotBalanced)
promises.register("ledger_entry_is_final", EntryIsPosted)
promises.register("ledger_books_are_closed", _closed)
promises.register(
    "ledger_base_currency_stays",
    "Entries in the books count in this currency, so it stays as it is.",
    field="currency",
)
promises.register("ledger_line_has_one_side", "A journal line has either a debit or a credit, above zero.")
