"""Duplicates and merges of clients by the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from clients.access import MERGE_CLIENTS, VIEW_CLIENTS
from clients.duplicates import Pair, duplicates
from clients.merges import MergePreview, merge_preview
from clients.merging import forget_apart, merge_clients, tell_apart, undo_merge
from clients.models import Client, ClientMerge
from core.api import Id, Listing, Part, Routes, Row, Wish, page
from core.clock import now
from people.guards import guarded

routes = Routes("clients")


class DuplicateRow(Row):
    client_id: int
    client_name: str
    other_id: int
    other_name: str
    # Why they may be one, in words.
    reasons: list[str]


class MergeCount(Row):
    label: str
    number: int


class MergePreviewRow(Row):
    # What goes over, and what stays with the client that goes.
    moving: list[MergeCount]
    staying: list[MergeCount]
    # Fields that the other lacks.
    filled: list[str]
    # Contacts that both have by the same address.
    kept_once: list[str]
    # Why they may not be merged; empty when they may.
    reasons: list[str]


class MergeRow(Row):
    id: int
    source_id: int
    target_id: int
    merged_at: datetime
    merged_by_name: str
    reason: str
    undone_at: datetime | None
    undone_by_name: str


class MergeWish(Wish):
    into_id: Id
    reason: str = ""


class ApartWish(Wish):
    other_id: Id


@routes.read("/client-duplicates", list[DuplicateRow])
@guarded(MERGE_CLIENTS)
def list_client_duplicates(request: HttpRequest) -> list[DuplicateRow]:
    """Pairs of clients that may be one: by name, tax number, or where their contacts write from."""
    return [_pair(pair) for pair in duplicates()]


@routes.read("/clients/{int:client_id}/merge", MergePreviewRow)
@guarded(MERGE_CLIENTS)
def preview_client_merge(request: HttpRequest, client_id: int, into_id: Id) -> MergePreviewRow:
    """What merging the client into another would do, and why it may not be."""
    return _preview(merge_preview(_client(client_id), _client(into_id)))


@routes.write("/clients/{int:client_id}/merge", MergeRow, status=201)
@guarded(MERGE_CLIENTS)
def merge_client(request: HttpRequest, client_id: int, wish: MergeWish) -> ClientMerge:
    """Everything of the client goes over to another; what was issued stays as it was sent."""
    into = get_object_or_404(Client, pk=wish.into_id)
    return merge_clients(
        source=_client(client_id), target=into, by=request.user, at=now(), reason=wish.reason[:300]
    )


@routes.write("/clients/{int:client_id}/apart", status=204)
@guarded(MERGE_CLIENTS)
def tell_clients_apart(request: HttpRequest, client_id: int, wish: ApartWish) -> None:
    """The two are not the same, and are not offered as duplicates any more."""
    tell_apart(one=_client(client_id), other=_client(wish.other_id), by=request.user)


@routes.write("/clients/{int:client_id}/together", status=204)
@guarded(MERGE_CLIENTS)
def offer_clients_again(request: HttpRequest, client_id: int, wish: ApartWish) -> None:
    """The way back."""
    forget_apart(one=_client(client_id), other=_client(wish.other_id), by=request.user)


@routes.read("/client-merges", Listing[MergeRow])
@guarded(VIEW_CLIENTS)
def list_client_merges(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Which clients became part of which, also those that were undone."""
    return page(ClientMerge.objects.all(), part)


@routes.write("/client-merges/{int:merge_id}/undo", MergeRow)
@guarded(MERGE_CLIENTS)
def undo_client_merge(request: HttpRequest, merge_id: int) -> ClientMerge:
    """Brings back what the merge moved, within 30 days and before money moves on it."""
    return undo_merge(merge=get_object_or_404(ClientMerge, pk=merge_id), by=request.user, at=now())


def _client(client_id: int) -> Client:
    return get_object_or_404(Client, pk=client_id)


def _pair(pair: Pair) -> DuplicateRow:
    return DuplicateRow(
        client_id=pair.one.pk,
        client_name=pair.one.name,
        other_id=pair.other.pk,
        other_name=pair.other.name,
        reasons=pair.reasons,
    )


def _preview(preview: MergePreview) -> MergePreviewRow:
    return MergePreviewRow(
        moving=[MergeCount(label=each.label, number=each.number) for each in preview.moving],
        staying=[MergeCount(label=each.label, number=each.number) for each in preview.staying],
        filled=preview.filled,
        kept_once=[contact.name for contact in preview.twins],
        reasons=preview.reasons,
    )
