"""Whose week it is, and which: read once for each request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from urllib.parse import unquote, urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.clock import today
from core.compiled import Compiled
from core.errors import NotAllowed
from core.periods import Period, week_of
from people.access import has_right
from people.models import StaffMember, User
from timesheets.access import ENTER_IN_CLOSED, can_record
from timesheets.days import OpenDay, why_not_record
from timesheets.models import TimeRules
from timesheets.reasons import LONGEST, giving
from timesheets.rows import RowKey
from timesheets.week import Week, add_facts, week_page

RULES: Compiled[TimeRules] = Compiled(lambda: TimeRules.objects.filter(pk=1))
SESSION_KEY = "timesheets.rows"
KEPT_WEEKS = 12
# Around every week there is one before and one after.
FIRST_DAY, LAST_DAY = date.min + timedelta(days=14), date.max - timedelta(days=14)


@lru_cache(maxsize=2048)
def _address(name: str, *args: date | str) -> str:
    """The same for every firm; each saved cell answers with some."""
    return reverse(f"timesheets:{name}", args=args)


@dataclass(frozen=True)
class Frame:
    """The person, the day in the address, and the week around it.

    `query` carries another person and the view along.
    """

    request: HttpRequest
    staff: StaffMember
    by: User
    on: date
    today: date
    query: str = ""
    # One day at a time, at every width.
    is_day: bool = False
    # The day that the address names; None: it names none.
    chosen_on: date | None = None

    @cached_property
    def rules(self) -> TimeRules:
        """The firm's rules; whoever has read them already says so with `know`."""
        (rules,) = RULES()
        return rules

    def know(self, rules: TimeRules) -> None:
        """Saves the statement that reads the rules."""
        self.__dict__.setdefault("rules", rules)

    @cached_property
    def period(self) -> Period:
        """The week of the day in the address."""
        return week_of(self.on, self.rules.week_starts_on)

    def url(self, name: str, on: date | None = None, *args: str) -> str:
        """An address of this week, or of another day, of the same person."""
        return _address(name, on or self.period.first, *args) + self.query

    @property
    def base_url(self) -> str:
        """What stands before a day in the addresses of cells."""
        return reverse("timesheets:week")

    @property
    def this_week_url(self) -> str:
        return self.base_url + self.query

    @property
    def copy_url(self) -> str:
        return self.url("copy-rows")

    @property
    def hours_url(self) -> str:
        return self.url("copy-hours")

    @property
    def favourites_url(self) -> str:
        return self.url("week-favourites")

    @property
    def tasks_url(self) -> str:
        return self.url("week-tasks")

    def star_url(self, row: RowKey, *, is_off: bool) -> str:
        """Where a row is starred, or no longer."""
        address = self.url("week-star", self.period.first, str(row))
        return f"{address}{'&' if self.query else '?'}off=1" if is_off else address

    @property
    def search_url(self) -> str:
        return self.url("week-row-search")

    @property
    def add_url(self) -> str:
        return self.url("week-add-row")

    @property
    def submit_url(self) -> str:
        return self.url("submit")

    @property
    def late_url(self) -> str:
        return self.url("late-time")

    @property
    def resubmit_url(self) -> str:
        return self.url("resubmit")

    @property
    def recall_url(self) -> str:
        return self.url("recall")

    @property
    def move_url(self) -> str:
        """Ends with ? or &: what to move follows."""
        return f"{self.url('move')}{'&' if self.query else '?'}"

    @cached_property
    def style(self) -> str:
        """How whoever looks reads hours."""
        return self.by.hours_style

    @property
    def is_own(self) -> bool:
        return self.staff == self.by.staff_member

    def view_url(self, on: date, *, is_day: bool) -> str:
        """The week, or one day of it, of the same person."""
        wanted = {"for": "" if self.is_own else str(self.staff.pk), "view": "day" if is_day else ""}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return _address("week", on) + (f"?{query}" if query else "")

    @cached_property
    def enters_closed(self) -> bool:
        """Whether days that are locked take time from this person, who then says why."""
        return has_right(self.by, ENTER_IN_CLOSED)

    @contextmanager
    def reasoned(self) -> Iterator[None]:
        """What is written inside is written for the reason that the page sent along, if any."""
        text = self.request.POST.get("reason", "") or unquote(self.request.headers.get("X-Reason", ""))
        with giving(by=self.by, text=text[:LONGEST]):
            yield

    def week(self, only: list[RowKey] | None = None, opened: OpenDay | None = None) -> Week:
        """The read model, with the rows that this session added and hid."""
        return week_page(
            self.staff,
            self.period,
            self.today,
            rules=self.rules,
            added=self.rows("added"),
            hidden=self.rows("hidden"),
            only=only,
            opened=opened,
            chosen_on=self.chosen_on,
            enters_closed=self._has_locked_days and self.enters_closed,
        )

    def new_rows(self, keys: list[RowKey]) -> Week:
        """The week with just these rows, as they come onto the page: with what it knows of rows besides their lines."""
        week = self.week(only=keys)
        add_facts(week)
        return week

    def rows(self, kind: str) -> list[RowKey]:
        """Rows that were added to this week in this session, or hidden. Blank rows live nowhere else."""
        kept = self.request.session.get(SESSION_KEY, {}).get(self._session_place, {})
        return [RowKey.parse(text) for text in kept.get(kind, [])]

    def keep(self, *, added: list[RowKey], hidden: list[RowKey]) -> None:
        """Remembers rows for this week until the session ends; the latest weeks only."""
        kept = dict(self.request.session.get(SESSION_KEY, {}))
        kept.pop(self._session_place, None)
        kept[self._session_place] = {
            "added": [str(key) for key in dict.fromkeys(added)],
            "hidden": [str(key) for key in dict.fromkeys(hidden)],
        }
        self.request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT_WEEKS:])

    def show(self, rows: list[RowKey]) -> None:
        """Adds rows to the week."""
        hidden = [key for key in self.rows("hidden") if key not in rows]
        self.keep(added=[*self.rows("added"), *rows], hidden=hidden)

    def hide(self, rows: list[RowKey]) -> None:
        """Takes blank rows from the week."""
        added = [key for key in self.rows("added") if key not in rows]
        self.keep(added=added, hidden=[*self.rows("hidden"), *rows])

    @property
    def _has_locked_days(self) -> bool:
        locked_through = self.rules.locked_through
        return locked_through is not None and locked_through >= self.period.first

    @property
    def _session_place(self) -> str:
        return f"{self.staff.pk}:{self.period.first}"


def frame_of(request: HttpRequest, on: date | None = None) -> Frame:
    """The frame of a request: one's own week, or with `?for=` that of a person whose time one may record."""
    here = today(request.user)
    if on is not None and not FIRST_DAY <= on <= LAST_DAY:
        raise Http404
    staff, is_day = request.user.staff_member, request.GET.get("view") == "day"
    query = {}
    other = request.GET.get("for", "")
    if other.isascii() and other.isdecimal() and len(other) < 18 and int(other) != staff.pk:
        staff, query["for"] = get_object_or_404(StaffMember, pk=int(other)), other
        if not can_record(request.user, staff):
            raise NotAllowed(why_not_record(request.user))
    if is_day:
        query["view"] = "day"
    asked = f"?{urlencode(query)}" if query else ""
    chosen = (on or here) if is_day else None
    return Frame(request, staff, request.user, on or here, here, asked, is_day, chosen)
