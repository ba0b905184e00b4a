"""What merging two clients would do, what stands against it, and what was merged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clients.models import Client, ClientMerge, ClientsApart, Contact
from clients.ports import merge_rules
from clients.relations import Relation, relations

UNDO_DAYS = 30
# What a client is asked about once: filled in from the other where it is empty.
FILLED = (
    "legal_name",
    "code",
    "billing_address",
    "phone",
    "tax_number",
    "notes",
    "payment_terms_id",
    "tax_code_id",
)
LABELS = {"tax_code_id": "tax", "tax_number": "tax registration number", "phone": "phone number"}
# Rows that people do not count: they follow the documents.
SILENT = ("ledger_journalline", "clients_client")


@dataclass(frozen=True)
class Move:
    """Rows that go over from one client (or contact) to another: of a relation, or with these numbers."""

    table: str
    column: str
    label: str
    source_id: int
    target_id: int
    relation: Relation | None = None
    ids: Sequence[int] = ()

    @property
    def is_nothing(self) -> bool:
        return self.relation is None and not self.ids

    def rows(self) -> tuple[str, Sequence[Any]]:
        """The ids of the rows, as SQL with its parameters."""
        if self.relation is None:
            return "SELECT unnest(%s::bigint[])", [list(self.ids)]
        moving = self.relation.moving(self.source_id, self.target_id).values("pk")
        return moving.query.sql_with_params()

    def count(self) -> int:
        if self.relation is None:
            return len(self.ids)
        return self.relation.moving(self.source_id, self.target_id).count()


@dataclass(frozen=True)
class Counted:
    """So many of one kind: `3 projects`."""

    number: int
    label: str


@dataclass(frozen=True)
class MergePreview:
    """What a merge would move, what stays with the name that goes, what is filled in, and why it may not be."""

    source: Client
    target: Client
    moving: list[Counted]
    staying: list[Counted]
    filled: list[str]
    twins: list[Contact]
    reasons: list[str] = field(default_factory=list)


def merge_preview(source: Client, target: Client) -> MergePreview:
    """Counts what would go over. Statements do not grow with what the clients have."""
    moves = [move for move in moves_of(source, target) if move.table not in SILENT]
    moving = [Counted(move.count(), move.label) for move in moves]
    staying = [
        Counted(move.relation.rows(source.pk).count() - counted.number, move.label)
        for move, counted in zip(moves, moving, strict=True)
        if move.relation is not None
    ]
    return MergePreview(
        source=source,
        target=target,
        moving=[each for each in moving if each.number],
        staying=[each for each in staying if each.number],
        filled=[_label(name) for name in filled_in(source, target)],
        twins=[gone for gone, _ in twins_of(source, target)],
        reasons=merge_refusals(source, target),
    )


def merge_refusals(source: Client, target: Client) -> list[str]:
    """Why the two may not be merged, in whole sentences."""
    reasons = []
    if source.pk == target.pk:
        return ["Choose another client to merge it into."]
    if source.merged_into_id:
        reasons.append(f"{source.name} is part of another client already.")
    if not target.is_active:
        reasons.append(f"{target.name} is inactive. Reactivate it first, or merge the other way round.")
    if source.currency != target.currency:
        reasons.append(
            f"{source.name} is billed in {source.currency}, {target.name} in {target.currency}. "
            "Clients of two currencies stay two clients."
        )
    for rules in merge_rules():
        reasons += rules.refusals(source.pk, target.pk)
    return reasons


def undo_refusals(merge: ClientMerge, *, at: datetime) -> list[str]:
    """Why a merge cannot be taken back any more, in whole sentences."""
    if merge.undone_at:
        return ["This merge was undone already."]
    if at - merge.merged_at > timedelta(days=UNDO_DAYS):
        return [f"A merge can be undone for {UNDO_DAYS} days."]
    if merge.target.merged_into_id:
        return [f"{merge.target.name} was merged into another client since. Undo that first."]
    return [reason for rules in merge_rules() for reason in rules.undo_refusals(merge.pk)]


def moves_of(source: Client | Contact, target: Client | Contact) -> list[Move]:
    """All that refers to the one and would refer to the other."""
    found = [
        Move(relation.table, relation.column, relation.label, source.pk, target.pk, relation)
        for relation in relations(type(source), but=[ClientMerge, ClientsApart])
    ]
    if isinstance(source, Client):
        for rules in merge_rules():
            found += [
                Move(each.table, each.column, each.label, source.pk, target.pk, ids=sorted(each.ids))
                for each in rules.references(source.pk, target.pk)
            ]
    return found


def twins_of(source: Client, target: Client) -> list[tuple[Contact, Contact]]:
    """People whom both clients know by the same address: of the source, with the one of the target who stays."""
    known = {
        contact.email.lower(): contact
        for contact in Contact.objects.filter(client=target, is_active=True).exclude(email="").order_by("-pk")
    }
    ours = Contact.objects.filter(client=source, is_active=True).exclude(email="").order_by("pk")
    return [(contact, known[contact.email.lower()]) for contact in ours if contact.email.lower() in known]


def filled_in(source: Client, target: Client) -> dict[str, Any]:
    """What the target lacks and the source has, by column."""
    values = {name: getattr(source, name) for name in FILLED}
    return {name: value for name, value in values.items() if value and not getattr(target, name)}


def recent_merges(*, at: datetime, into: Client | None = None) -> list[ClientMerge]:
    """What was merged (into one client) and can still be taken back, the latest first."""
    found = ClientMerge.objects.filter(undone_at=None, merged_at__gte=at - timedelta(days=UNDO_DAYS))
    if into is not None:
        found = found.filter(target=into)
    return list(found.select_related("source", "target"))


def _label(column: str) -> str:
    return LABELS.get(column) or column.removesuffix("_id").replace("_", " ")
