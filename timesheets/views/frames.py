"""Whose week it is, and which: read once for each request."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.clock import today
from core.compiled import Compiled
from core.errors import NotAllowed
from core.periods import Period, week_of
from people.models import StaffMember, User
from timesheets.access import can_record
from timesheets.days import OpenDay
from timesheets.models import TimeRules
from timesheets.rows import RowKey
from timesheets.week import Week, week_page

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
    """The person, the day in the address, and the week around it. `query` carries another person along."""

    request: HttpRequest
    staff: StaffMember
    by: User
    on: date
    today: date
    query: str = ""

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
    def search_url(self) -> str:
        return self.url("week-row-search")

    @property
    def add_url(self) -> str:
        return self.url("week-add-row")

    @property
    def submit_url(self) -> str:
        return self.url("submit")

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

    @property
    def is_own(self) -> bool:
        return self.query == ""

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
        )

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

    def hide(self, row: RowKey) -> None:
        """Takes a blank row from the week."""
        added = [key for key in self.rows("added") if key != row]
        self.keep(added=added, hidden=[*self.rows("hidden"), row])

    @property
    def _session_place(self) -> str:
        return f"{self.staff.pk}:{self.period.first}"


def frame_of(request: HttpRequest, on: date | None = None) -> Frame:
    """The frame of a request: one's own week, or with `?for=` that of a person whose time one may record."""
    here = today(request.user)
    if on is not None and not FIRST_DAY <= on <= LAST_DAY:
        raise Http404
    staff, query = request.user.staff_member, ""
    other = request.GET.get("for", "")
    if other.isascii() and other.isdecimal() and len(other) < 18 and int(other) != staff.pk:
        staff, query = get_object_or_404(StaffMember, pk=int(other)), f"?for={int(other)}"
        if not can_record(request.user, staff):
            raise NotAllowed(
                "You see and record your own time only. Ask the owner of your firm for the right."
            )
    return Frame(request, staff, request.user, on or here, here, query)
