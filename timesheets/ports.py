"""What higher rooms tell pages about lines of work and expenses. psa/wiring.py binds it; unbound, nothing is marked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class EntryMark:
    """Why a line cannot change any more, for the icon and the words of its cell: `file-invoice`, "Billed, INV-0012"."""

    icon: str
    words: str


class EntryMarks(Protocol):
    """Marks of many lines at once."""

    def __call__(self, entry_ids: Collection[int], /) -> Mapping[int, EntryMark]:
        """The marked ones among the lines. One statement."""
        ...


def _no_marks(entry_ids: Collection[int]) -> Mapping[int, EntryMark]:
    return {}


_entry_marks: EntryMarks = _no_marks
_expense_marks: EntryMarks = _no_marks


def bind(*, entry_marks: EntryMarks) -> None:
    """Says who knows what is billed or posted."""
    global _entry_marks
    _entry_marks = entry_marks


def marks_of(entry_ids: Collection[int]) -> Mapping[int, EntryMark]:
    """The marks of the lines; none when nobody is bound."""
    return _entry_marks(entry_ids) if entry_ids else {}


def bind_expenses(*, marks: EntryMarks) -> None:
    """Says who knows which expenses are billed."""
    global _expense_marks
    _expense_marks = marks


def expense_marks_of(expense_ids: Collection[int]) -> Mapping[int, EntryMark]:
    """The marks of the expenses; none when nobody is bound."""
    return _expense_marks(expense_ids) if expense_ids else {}
