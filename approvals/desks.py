"""Where questions about one kind of thing lie: what its room tells approvals, so that asking is one mechanism."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from approvals.deciding import Mandate
from approvals.models import Request
from people.models import User


@dataclass(frozen=True)
class Topic:
    """One thing that is asked about, in words of its room for one reader, and its addresses without the host.

    `page_url` is where the owner finds it, `queue_url` where approvers do, `dialog_url` opens the dialogue.
    """

    title: str
    about: str
    page_url: str
    queue_url: str
    dialog_url: str


@dataclass(frozen=True)
class Desk:
    """One kind of things, and the rules of its room for asking about them.

    `waiting` are the requests that wait for a person on a day (or at an instant); `require` refuses whoever decides on
    nothing of the kind; `mandate` says what the person may decide on; `topics` describe subjects by their ids for a
    reader, in a constant number of statements.
    """

    kind: str
    # What the audit calls it (`time.ask`), and what people call one and several.
    noun: str
    one: str
    many: str
    require: Callable[[User, datetime], None]
    waiting: Callable[[User, date], QuerySet[Request]]
    mandate: Callable[[User], Mandate]
    topics: Callable[[Collection[int], User], Mapping[int, Topic]]

    def count(self, number: int) -> str:
        """`2 lines`."""
        return f"{number} {self.one if number == 1 else self.many}"
