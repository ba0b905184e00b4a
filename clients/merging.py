"""Two clients that are one: everything of the one goes over to the other, and can be brought back.

What was issued keeps its number, its names and its cents: the frozen document stays as it was sent, only whose it is
follows the merge. Every value that is changed is kept with what it was, so that undoing is exact.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from clients.access import require_merge
from clients.merges import filled_in, merge_refusals, moves_of, twins_of, undo_refusals
from clients.models import Client, ClientMerge, ClientsApart, Contact, MergedValue
from clients.ports import merge_rules
from core import audit
from core.actors import actor_name
from core.errors import Refusal
from core.promises import promises
from people.models import User


class CannotMerge(Refusal):
    """Something stands against it; the sentence says what, `facts` hold all `reasons`."""


class CannotUndoMerge(Refusal):
    """The two cannot part any more; the sentence says why, `facts` hold all `reasons`."""


def merge_clients(
    *, source: Client, target: Client, by: User | None, at: datetime, reason: str = ""
) -> ClientMerge:
    """All of `source` becomes `target`'s: contacts, projects, documents, payments, retainers, the lines of the books.

    What `target` has no value for is filled in from `source`; of what may be there once (a rate card, a rounding rule)
    it keeps its own. `source` stays as a name that leads to `target`. Raises CannotMerge: other currency, one of them
    inactive or merged already, whatever the rooms above say. A constant number of statements.
    """
    with promises(), transaction.atomic():
        require_merge(by)
        source, target = _locked(source, target)
        if reasons := merge_refusals(source, target):
            raise CannotMerge(reasons[0], field="into", reasons=reasons)
        merge = ClientMerge.objects.create(
            source=source,
            target=target,
            merged_at=at,
            merged_by_name=actor_name(by)[:120],
            reason=reason.strip(),
        )
        audit.acting(
            "client.merge", by=by, subject=target, why=reason.strip(), source=source.pk, name=source.name
        )
        twins = twins_of(source, target)
        _move(merge, moves_of(source, target))
        for gone, stays in twins:
            _move(merge, moves_of(gone, stays))
            _set(merge, gone, is_active=False)
            to = gone.is_billing_to or stays.is_billing_to
            _set(
                merge,
                stays,
                is_billing_to=to,
                is_billing_cc=not to and (gone.is_billing_cc or stays.is_billing_cc),
            )
        _set(merge, target, **filled_in(source, target))
        _set(merge, source, is_active=False, merged_into_id=target.pk)
        return merge


def undo_merge(*, merge: ClientMerge, by: User | None, at: datetime) -> ClientMerge:
    """Brings back what the merge moved and changed; what somebody changed since stays as it is now.

    Raises CannotUndoMerge after 30 days, once the target was merged itself, and when money moved between the two since.
    """
    with promises(), transaction.atomic():
        require_merge(by)
        merge = (
            ClientMerge.objects.select_for_update(of=("self",))
            .select_related("source", "target")
            .get(pk=merge.pk)
        )
        source, target = _locked(merge.source, merge.target)
        if reasons := undo_refusals(merge, at=at):
            raise CannotUndoMerge(reasons[0], reasons=reasons)
        audit.acting("client.merge_undo", by=by, subject=target, source=source.pk, name=source.name)
        merge.undone_at, merge.undone_by_name = at, actor_name(by)[:120]
        merge.save(update_fields=["undone_at", "undone_by_name"])
        ended = merge.values.filter(
            table_name=source._meta.db_table, row_id=source.pk, column_name="is_active"
        ).exists()
        Client.objects.filter(pk=source.pk).update(merged_into=None, is_active=True)
        _move_back(merge)
        for rules in merge_rules():
            rules.take_along(merge.pk)
        _restore(merge, Client)
        _restore(merge, Contact)
        if not ended:
            Client.objects.filter(pk=source.pk).update(is_active=False)
        return merge


def tell_apart(*, one: Client, other: Client, by: User | None) -> ClientsApart:
    """The two are not the same, and are not offered as duplicates any more."""
    first, second = sorted((one, other), key=lambda client: client.pk)
    with promises(), transaction.atomic():
        require_merge(by)
        apart = ClientsApart.objects.create(first=first, second=second)
        audit.acting("client.tell_apart", by=by, subject=first, other=second.pk, name=second.name)
        return apart


def forget_apart(*, one: Client, other: Client, by: User | None) -> None:
    """The way back of `tell_apart`."""
    with transaction.atomic():
        require_merge(by)
        audit.acting("client.forget_apart", by=by, subject=one, other=other.pk)
        pair = sorted((one.pk, other.pk))
        ClientsApart.objects.filter(first=pair[0], second=pair[1]).delete()


def _locked(source: Client, target: Client) -> tuple[Client, Client]:
    """Both, as they are now, in the order of their ids. FOR UPDATE: whoever adds something for them waits."""
    found = {
        client.pk: client
        for client in Client.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
    }
    return found[source.pk], found[target.pk]


def _set(merge: ClientMerge, row: models.Model, **values: Any) -> None:
    """Changes columns of one row and keeps what they were."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    MergedValue.objects.bulk_create(
        [
            MergedValue(
                merge=merge,
                table_name=row._meta.db_table,
                row_id=row.pk,
                column_name=name,
                old_value=getattr(row, name),
                new_value=value,
            )
            for name, value in changed.items()
        ]
    )
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))


def _move(merge: ClientMerge, moves: Sequence[Any]) -> None:
    """Keeps every row that goes over, then moves them all in one statement.

    One statement, because checks between documents (a credit memo and its invoice have the same client) look at its
    end, when all of them have moved.
    """
    moves = [move for move in moves if not move.is_nothing]
    if not moves:
        return
    with connection.cursor() as cursor:
        for move in moves:
            rows, parameters = move.rows()
            cursor.execute(
                "INSERT INTO clients_mergedvalue (merge_id, table_name, row_id, column_name, old_value, new_value) "
                f"SELECT %s, %s, id, %s, to_jsonb(%s::bigint), to_jsonb(%s::bigint) FROM ({rows}) moving (id)",
                [merge.pk, move.table, move.column, move.source_id, move.target_id, *parameters],
            )
    _follow(merge, {(move.table, move.column) for move in moves}, "old_value", "new_value")


def _move_back(merge: ClientMerge) -> None:
    moved = merge.values.filter(column_name__endswith="_id").exclude(table_name=Client._meta.db_table)
    earlier = merge.values.filter(column_name="merged_into_id", table_name=Client._meta.db_table)
    columns = set(moved.values_list("table_name", "column_name").distinct())
    if earlier.exclude(row_id=merge.source_id).exists():
        columns.add((Client._meta.db_table, "merged_into_id"))
    _follow(merge, columns, "new_value", "old_value")


def _follow(merge: ClientMerge, columns: Iterable[tuple[str, str]], before: str, after: str) -> None:
    """Each kept row gets its value after the step, where it still has that before it. One statement."""
    parts: list[sql.Composed] = []
    parameters: list[int | str] = []
    for table, column in sorted(columns):
        parts.append(
            sql.SQL(
                "{name} AS (UPDATE {table} AS moved SET {column} = (kept.{after} #>> '{{}}')::bigint "
                "FROM clients_mergedvalue kept WHERE kept.merge_id = %s AND kept.table_name = %s "
                "AND kept.column_name = %s AND kept.row_id = moved.id "
                "AND moved.{column} = (kept.{before} #>> '{{}}')::bigint RETURNING 1)"
            ).format(
                name=sql.Identifier(f"{table}_{column}"[:63]),
                table=sql.Identifier(table),
                column=sql.Identifier(column),
                before=sql.Identifier(before),
                after=sql.Identifier(after),
            )
        )
        parameters += [merge.pk, table, column]
    if not parts:
        return
    with connection.cursor() as cursor:
        query = sql.SQL("WITH {} SELECT 1").format(sql.SQL(", ").join(parts))
        cursor.execute(query.as_string(cursor.connection), parameters)


def _restore(merge: ClientMerge, model: type[models.Model]) -> None:
    """Columns that were set one by one get their former values, where nobody changed them since."""
    kept: dict[int, dict[str, MergedValue]] = {}
    values = merge.values.filter(table_name=model._meta.db_table).exclude(
        column_name__in=["client_id", "merged_into_id"]
    )
    for value in values:
        kept.setdefault(value.row_id, {})[value.column_name] = value
    for row in model._base_manager.select_for_update().filter(pk__in=kept).order_by("pk"):
        names = [name for name, value in kept[row.pk].items() if getattr(row, name) == value.new_value]
        for name in names:
            setattr(row, name, kept[row.pk][name].old_value)
        if names:
            row.save(update_fields=names)
