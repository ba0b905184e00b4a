"""Which record of a vendor stands for several of ours: labor codes and purposes to items and accounts."""

from collections.abc import Collection, Iterable

from integrations.models import Mapping


def mapped(
    provider: str, account_id: str, local_kind: str, ids: Collection[int] | None = None
) -> dict[int, str]:
    """The vendor's ids by ours. One statement."""
    rows = Mapping.objects.filter(provider=provider, account_id=account_id, local_kind=local_kind)
    if ids is not None:
        rows = rows.filter(local_id__in=ids)
    return dict(rows.values_list("local_id", "remote_id"))


def map_to(
    provider: str, account_id: str, local_kind: str, pairs: Iterable[tuple[int, str]], remote_type: str
) -> None:
    """Has each of ours stand for that record there, instead of for another. One statement."""
    Mapping.objects.bulk_create(
        [
            Mapping(
                provider=provider,
                account_id=account_id,
                local_kind=local_kind,
                local_id=local_id,
                remote_type=remote_type,
                remote_id=remote_id,
            )
            for local_id, remote_id in pairs
        ],
        update_conflicts=True,
        unique_fields=["provider", "account_id", "local_kind", "local_id"],
        update_fields=["remote_type", "remote_id"],
    )


def unmap(provider: str, account_id: str, local_kind: str, local_id: int) -> None:
    """Has ours stand for nothing there."""
    Mapping.objects.filter(
        provider=provider, account_id=account_id, local_kind=local_kind, local_id=local_id
    ).delete()
