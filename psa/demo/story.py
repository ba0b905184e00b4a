"""What a demo firm's story is made of. People are named by their keys, projects, tasks and clients by their names."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Any

PASSWORD = "open-the-demo"


class Fate(Enum):
    """What became of a project's work of one month."""

    UNBILLED = auto()  # ready to bill, or waiting for approval
    DRAFTED = auto()
    WRITTEN_DOWN = auto()  # drafted, one line below what the work comes to
    STALE = auto()  # drafted, then the work under it changed
    OPEN = auto()  # issued, nothing paid yet
    MAILED = auto()  # issued and sent just now
    PARTLY_PAID = auto()
    PAID = auto()
    DEBITED = auto()  # issued, a bank debit is under way where there is a stand-in for Stripe

    @property
    def is_billed(self) -> bool:
        return self is not Fate.UNBILLED

    @property
    def is_issued(self) -> bool:
        return self in (Fate.OPEN, Fate.MAILED, Fate.PARTLY_PAID, Fate.PAID, Fate.DEBITED)


@dataclass(frozen=True)
class Person:
    """Somebody of the firm. `joined_weeks` and `left_weeks` ago; `waits_days` since last week was submitted."""

    key: str
    name: str
    title: str
    roles: tuple[str, ...] = ("Staff",)
    manager: str = ""
    department: str = ""
    hours: str = ""  # name of a working pattern; empty: the firm's usual one
    joined_weeks: int | None = None
    left_weeks: int | None = None
    waits_days: float = 2
    submits_last_week: bool = True
    is_listed: bool = False  # among the sign-ins that are shown


@dataclass(frozen=True)
class Contact:
    name: str
    title: str
    email: str
    gets: str = ""  # "to": the invoices, "cc": a copy


@dataclass(frozen=True)
class Client:
    name: str
    address: str
    contacts: tuple[Contact, ...] = ()
    legal_name: str = ""
    code: str = ""
    terms: str = "Net 30"
    currency: str = "USD"
    country: str = "US"
    language: str = "en-us"
    tax: str = ""


@dataclass(frozen=True)
class Task:
    """`crew` says who works on it how much compared with their other tasks; `used` how full its budget is."""

    name: str
    labor_code: str
    crew: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    used: Decimal | None = None


@dataclass(frozen=True)
class Project:
    """`fates` of the work of three, two and one months ago; `runs` from and to how many months from now."""

    name: str
    code: str
    client: str
    lead: str
    tasks: tuple[Task, ...]
    fates: tuple[Fate, Fate, Fate] = (Fate.UNBILLED, Fate.UNBILLED, Fate.UNBILLED)
    po_number: str = ""
    is_internal: bool = False
    runs: tuple[int, int] | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class Rate:
    """An hour's amounts before and after the last change, for one of: a job title, a task, a labor code, or anybody."""

    new: Decimal
    old: Decimal | None = None
    title: str = ""
    task: str = ""
    labor_code: str = ""


@dataclass(frozen=True)
class Card:
    """A rate card: of a client, of a project, or of the firm. Client and project cards change on 1 January."""

    name: str
    rates: tuple[Rate, ...]
    client: str = ""
    project: str = ""
    currency: str = "USD"


@dataclass(frozen=True)
class OddDay:
    """Replaces what a person did on one weekday of last week (Monday is 0): (task, minutes, note)."""

    person: str
    weekday: int
    lines: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Returned:
    """A line of last week that came back to its owner."""

    person: str
    weekday: int
    task: str
    reason: str


@dataclass(frozen=True)
class Asked:
    """A line of last week that its approver has a question about; without an answer it is still open."""

    person: str
    weekday: int
    task: str
    question: str
    answer: str = ""


@dataclass(frozen=True)
class Reviewed:
    """A project whose last draft was given into review; it waits for the lead, unless it came back with a reason."""

    project: str
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """A milestone at a percentage of its fee; achieved where something shows it."""

    name: str
    percent: Decimal
    evidence: str = ""


@dataclass(frozen=True)
class Arrangement:
    """A contract line of a project with the terms of its method: a new one, to which `tasks` move, or its first.

    `since` is how many months from now its first period begins.
    """

    project: str
    name: str
    method: str
    terms: dict[str, Any]
    tasks: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    since: int | None = None
    is_new: bool = True


@dataclass(frozen=True)
class Deposit:
    """Money that a client has on deposit, topped up once less than the minimum is left."""

    client: str
    amount: Decimal
    minimum: Decimal


@dataclass(frozen=True)
class Scheduled:
    """A project that is drafted by itself each month."""

    project: str
    name: str


@dataclass(frozen=True)
class Credited:
    """So much of the latest invoice of a project; or of nothing but goodwill, which is not used up yet."""

    client: str
    title: str
    amount: Decimal
    reason: str
    project: str = ""


@dataclass(frozen=True)
class Company:
    tagline: str
    address: str
    phone: str
    remittance: str
    mark: str
    mark_color: str
    number_prefix: str


@dataclass(frozen=True)
class Story:
    """One firm. The first person owns it; `finance` bills, and decides on the owner's time."""

    slug: str
    name: str
    domain: str
    time_zone: str
    seed: int
    company: Company
    people: tuple[Person, ...]
    finance: str
    departments: tuple[str, ...]
    offices: tuple[str, ...]
    patterns: dict[str, tuple[int, ...]]
    labor_codes: tuple[tuple[str, str, bool], ...]
    clients: tuple[Client, ...]
    projects: tuple[Project, ...]
    cards: tuple[Card, ...]
    taxes: dict[str, Decimal] = field(default_factory=dict)
    odd_days: tuple[OddDay, ...] = ()
    without_notes: dict[str, int] = field(default_factory=dict)
    returned: tuple[Returned, ...] = ()
    asked: tuple[Asked, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    schedules: tuple[Scheduled, ...] = ()
    credits: tuple[Credited, ...] = ()
    templates: dict[str, str] = field(default_factory=dict)  # name by the project that they are made from
    messages: dict[str, str] = field(default_factory=dict)  # on invoices, by the client's language
    invited: Person | None = None
    books: str = ""  # what its company is called in QuickBooks; empty: not connected

    @property
    def owner(self) -> Person:
        return self.people[0]

    def email(self, person: Person) -> str:
        return f"{person.key}@{self.domain}"


@dataclass(frozen=True)
class SignIn:
    role: str
    name: str
    email: str
    password: str


def sign_ins(story: Story) -> list[SignIn]:
    """Those of the firm's people whose sign-ins are shown, in the order of the story."""
    return [
        SignIn(" and ".join(person.roles), person.name, story.email(person), PASSWORD)
        for person in story.people
        if person.is_listed
    ]
