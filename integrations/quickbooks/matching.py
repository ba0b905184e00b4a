"""Which of our names means which of theirs. Pure: no record is read or written here."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from clients.names import normalised


def match(ours: Mapping[int, str], theirs: Mapping[str, str], *, reads_alike: bool = True) -> dict[str, int]:
    """Our id for each of their ids whose name is the same: whatever its case first, then what reads alike.

    A name that two of either side have alike is matched with none: a wrong link would bill the wrong one.
    """
    found = _by(str.casefold, ours, theirs)
    if not reads_alike:
        return found
    rest_of_ours = {pk: name for pk, name in ours.items() if pk not in set(found.values())}
    rest_of_theirs = {pk: name for pk, name in theirs.items() if pk not in found}
    return found | _by(normalised, rest_of_ours, rest_of_theirs)


def _by(read: Callable[[str], str], ours: Mapping[int, str], theirs: Mapping[str, str]) -> dict[str, int]:
    mine: dict[str, list[int]] = defaultdict(list)
    other: dict[str, list[str]] = defaultdict(list)
    for pk, name in ours.items():
        mine[read(" ".join(name.split()))].append(pk)
    for remote_id, name in theirs.items():
        other[read(" ".join(name.split()))].append(remote_id)
    return {
        ids[0]: mine[key][0]
        for key, ids in other.items()
        if key and len(ids) == 1 and len(mine.get(key, ())) == 1
    }
