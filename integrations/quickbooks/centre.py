"""The QuickBooks page: each record's state, what needs attention and how to mend it, and how the connection is.

States are derived: what is approved or issued and neither posted, under way nor ignored is pending; an outbox row says
how far a delivery is; an active link says that it stands there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from billing.models import Invoice
from core.models import OutboxRow
from core.periods import month_of
from integrations.models import Connection, ExternalLink, IgnoredPosting
from integrations.quickbooks.kinds import BY_LOCAL, INVOICE, KINDS, POSTED
from integrations.quickbooks.papers import Paper, papers, together, totals
from integrations.quickbooks.places import record_url
from integrations.quickbooks.preflight import problems
from integrations.quickbooks.tokens import PROVIDER
from integrations.quickbooks.unposted import unposted

ROWS = 50
LOCAL_KINDS = [KINDS[kind].local for kind in POSTED]
State = OutboxRow.State
MOVING = {State.QUEUED: "Waiting to be sent", State.SENDING: "Sending", State.UNKNOWN: "Asking QuickBooks"}

TABS = {
    "attention": ("Needs attention", "alert-triangle", "Nothing needs you"),
    "pending": ("Pending", "cloud-up", "Nothing waits to be posted"),
    "posted": ("Posted", "cloud-check", "Nothing is posted yet"),
    "changed": ("Changed", "arrows-diff", "Nothing changed there"),
    "ignored": ("Ignored", "eye-off", "Nothing is ignored"),
}


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    icon: str
    empty: str
    count: int


@dataclass
class Board:
    """The papers of each tab; `posted` holds this page of them only."""

    shown: dict[str, list[Paper]] = field(default_factory=lambda: {key: [] for key in TABS})
    posted_count: int = 0
    is_moving: bool = False

    def tabs(self) -> list[Tab]:
        counts = {key: len(found) for key, found in self.shown.items()} | {"posted": self.posted_count}
        return [Tab(key, label, icon, empty, counts[key]) for key, (label, icon, empty) in TABS.items()]

    def sums(self, key: str) -> dict[str, Any]:
        """What a tab comes to: amounts by currency, minutes of time."""
        return totals(self.shown[key])

    @property
    def first_tab(self) -> str:
        """What is looked at first: what needs a person, else what waits."""
        return next((key for key in ("attention", "pending") if self.shown[key]), "posted")

    def page(self, key: str, first: int) -> list[Paper]:
        """Fifty rows of a tab; of the posted ones only these were read."""
        return self.shown[key] if key == "posted" else self.shown[key][first : first + ROWS]

    @property
    def ready(self) -> list[Paper]:
        """What *Post* would send: pending, and not on its way already."""
        return [paper for paper in self.shown["pending"] if not paper.rows]


def board(account_id: str, *, is_connected: bool = True, first: int = 0) -> Board:
    """All tabs; posted ones fifty at a time from `first`. The statements do not grow with the rows.

    Without access nothing can be posted, so nothing is checked: what waits is pending.
    """
    found = Board()
    ignored = _ignored()
    for kind in POSTED:
        waiting = list(unposted(kind).values_list("pk", flat=True))
        under_way = _deliveries(kind)
        shown = papers(kind, {*waiting, *under_way, *ignored[kind]})
        _sort_out_unposted(found, kind, [pk for pk in waiting if pk not in under_way], shown, is_connected)
        _sort_out_deliveries(found, under_way, shown)
        for pk, row in ignored[kind].items():
            if paper := shown.get(pk):
                paper.words, paper.note, paper.since = (
                    row.reason or "Left out of QuickBooks.",
                    row.by_name,
                    row.at,
                )
                found.shown["ignored"].append(paper)
    _add_posted(found, account_id, first)
    _add_changed(found, account_id)
    for key in ("attention", "pending", "ignored", "changed"):
        found.shown[key] = together(found.shown[key])
    return found


def posted_in_month(account_id: str, on: Any) -> tuple[int, dict[str, Any]]:
    """How many records were linked since the first of the month, and what they come to."""
    links = _posted_links(account_id).filter(linked_at__date__gte=month_of(on).first)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for local_kind, local_id in links.values_list("local_kind", "local_id"):
        by_kind[local_kind].append(local_id)
    shown = [paper for kind in POSTED for paper in papers(kind, by_kind[KINDS[kind].local]).values()]
    return len(shown), totals(shown)


def _ignored() -> dict[str, dict[int, IgnoredPosting]]:
    found: dict[str, dict[int, IgnoredPosting]] = {kind: {} for kind in POSTED}
    for row in IgnoredPosting.objects.filter(provider=PROVIDER):
        found[BY_LOCAL[row.local_kind]][row.local_id] = row
    return found


def _deliveries(kind: str) -> dict[int, OutboxRow]:
    """Rows of this kind that are not done, by local id."""
    rows = (
        OutboxRow.objects.filter(kind=KINDS[kind].outbox).exclude(state=State.DONE).defer("payload", "answer")
    )
    return {int(row.key): row for row in rows}


def _sort_out_unposted(
    found: Board, kind: str, waiting: list[int], shown: Mapping[int, Paper], is_connected: bool
) -> None:
    """What nobody sent yet: checked beforehand, so that what cannot be posted says why before it is sent."""
    wrong = problems(kind, waiting) if waiting and is_connected else {}
    for pk in waiting:
        paper = shown.get(pk)
        if paper is None:
            continue
        first = next(iter(wrong.get(pk, [])), None)
        if first is None:
            found.shown["pending"].append(paper)
            continue
        paper.words, paper.fix_label, paper.fix_url = first.sentence, first.fix_label, first.fix_url
        found.shown["attention"].append(paper)


def _sort_out_deliveries(found: Board, rows: Mapping[int, OutboxRow], shown: Mapping[int, Paper]) -> None:
    for pk, row in rows.items():
        paper = shown.get(pk)
        if paper is None:
            continue
        paper.rows.append(row.pk)
        paper.since = row.claimed_at or row.created_at
        if row.state in MOVING:
            paper.mark, paper.words = MOVING[State(row.state)], row.last_error
            found.is_moving = True
            found.shown["pending"].append(paper)
        else:
            paper.words, paper.note = row.last_error, row.fix
            found.shown["attention"].append(paper)


def _posted_links(account_id: str) -> Any:
    return ExternalLink.objects.filter(
        provider=PROVIDER,
        account_id=account_id,
        local_kind__in=LOCAL_KINDS,
        state=ExternalLink.State.ACTIVE,
    )


def _add_posted(found: Board, account_id: str, first: int) -> None:
    links = _posted_links(account_id).order_by("-linked_at", "-pk")
    found.posted_count = links.count()
    _add_linked(found, "posted", list(links[first : first + ROWS]))
    found.shown["posted"].sort(key=lambda paper: (str(paper.since or ""), paper.ids), reverse=True)


def _add_changed(found: Board, account_id: str) -> None:
    """Deleted or voided there, or voided here after it was posted."""
    gone = ExternalLink.objects.filter(
        provider=PROVIDER,
        account_id=account_id,
        local_kind__in=LOCAL_KINDS,
        state=ExternalLink.State.DELETED,
    )
    posted_anew = _posted_links(account_id).filter(
        local_kind=OuterRef("local_kind"), local_id=OuterRef("local_id")
    )
    gone = gone.filter(~Exists(posted_anew))
    _add_linked(found, "changed", list(gone), words="Deleted in QuickBooks.")
    voided = Invoice.objects.filter(state=Invoice.State.VOID).values("pk")
    here = _posted_links(account_id).filter(local_kind=KINDS[INVOICE].local, local_id__in=voided)
    _add_linked(
        found, "changed", list(here), words="Voided here, still open in QuickBooks. Void it there too."
    )


def _add_linked(found: Board, key: str, links: list[ExternalLink], *, words: str = "") -> None:
    by_kind: dict[str, dict[int, ExternalLink]] = {kind: {} for kind in POSTED}
    for link in links:
        by_kind[BY_LOCAL[link.local_kind]][link.local_id] = link
    for kind, mine in by_kind.items():
        for pk, paper in papers(kind, mine).items():
            link = mine[pk]
            paper.since, paper.words = link.linked_at, words
            paper.remote_url = record_url(link.account_id, link.remote_type, link.remote_id)
            found.shown[key].append(paper)


def connection() -> Connection | None:
    """The firm's connection with QuickBooks, whatever its health."""
    return Connection.objects.filter(provider=PROVIDER).first()
