"""Everything the sandbox knows: JSON records in memory, written through to one SQLite file.

All work runs in one thread of one event loop and changes records without awaiting in between, so that an operation
is atomic by nature; `commit` makes it last, `rollback` forgets a half-made one.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Body = dict[str, Any]


@dataclass
class Record:
    """One thing of one kind. `account` is the connected account that owns it, None for the platform itself."""

    kind: str
    id: str
    seq: int
    account: str | None
    body: Body


class Store:
    """Records by kind and id, oldest first within a kind."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        # A killed process loses nothing; a killed machine may lose the last second of play money.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, seq INTEGER, account TEXT, body TEXT,"
            " PRIMARY KEY (kind, id))"
        )
        self._kinds: dict[str, dict[str, Record]] = {}
        self._seq = 0
        self._is_dirty = False
        self._load()

    def _load(self) -> None:
        self._kinds.clear()
        rows = self._db.execute("SELECT kind, id, seq, account, body FROM record ORDER BY seq")
        for kind, id_, seq, account, body in rows:
            self._kinds.setdefault(kind, {})[id_] = Record(kind, id_, seq, account, json.loads(body))
            self._seq = max(self._seq, seq)

    def add(self, kind: str, id_: str, body: Body, account: str | None = None) -> Record:
        """Put a new record behind the others of its kind."""
        self._seq += 1
        record = Record(kind, id_, self._seq, account, body)
        self._kinds.setdefault(kind, {})[id_] = record
        self.save(record)
        return record

    def save(self, record: Record) -> None:
        """Write a record whose body was changed in place."""
        self._begin()
        row = (record.kind, record.id, record.seq, record.account, json.dumps(record.body))
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)", row)

    def remove(self, record: Record) -> None:
        """Forget one record."""
        self._begin()
        self._kinds.get(record.kind, {}).pop(record.id, None)
        self._db.execute("DELETE FROM record WHERE kind = ? AND id = ?", (record.kind, record.id))

    def clear(self, kind: str | None = None) -> None:
        """Forget one kind, or everything."""
        self._begin()
        if kind is None:
            self._kinds.clear()
            self._db.execute("DELETE FROM record")
        else:
            self._kinds.pop(kind, None)
            self._db.execute("DELETE FROM record WHERE kind = ?", (kind,))

    def find(self, kind: str, id_: str) -> Record | None:
        """The record of that id, whoever owns it."""
        return self._kinds.get(kind, {}).get(id_)

    def every(self, kind: str) -> list[Record]:
        """All records of a kind, oldest first."""
        return list(self._kinds.get(kind, {}).values())

    def kinds(self) -> list[str]:
        """The kinds of which there ever was a record."""
        return list(self._kinds)

    def newest(self, kind: str, account: str | None) -> Iterator[Record]:
        """One owner's records of a kind, newest first: the order of every list of Stripe's."""
        return (record for record in reversed(self.every(kind)) if record.account == account)

    def _begin(self) -> None:
        if not self._is_dirty:
            self._db.execute("BEGIN")
            self._is_dirty = True

    def commit(self) -> None:
        """Keep what was changed since the last commit."""
        if self._is_dirty:
            self._db.execute("COMMIT")
            self._is_dirty = False

    def rollback(self) -> None:
        """Forget what was changed since the last commit, in memory too."""
        if self._is_dirty:
            self._db.execute("ROLLBACK")
            self._is_dirty = False
            self._load()

    def close(self) -> None:
        """Commit and let go of the file."""
        self.commit()
        self._db.close()
