"""What a firm's schema holds, in figures that two installations can compare."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from psycopg import sql

# A table's name, its rows, and a checksum that does not depend on their order.
ONE_TABLE = sql.SQL(
    "SELECT {name}, count(*), coalesce(sum(hashtextextended(whole_row::text, 0)::numeric), 0)::text"
    " FROM {table} AS whole_row"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
SEQUENCE = "sequence "
SEQUENCES = """
SELECT %s || sequencename, coalesce(last_value, 0), '' FROM pg_sequences
WHERE schemaname = %s ORDER BY sequencename
"""


@dataclass(frozen=True)
class Digest:
    """Of one table: how many rows, and their checksum; of a sequence: its last value."""

    rows: int
    checksum: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def digests(schema: str) -> dict[str, Digest]:
    """Each table and sequence of the schema with its digest; reads all rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [schema])
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(SEQUENCES, [SEQUENCE, schema])
        found = cursor.fetchall()
        if names:
            each = [ONE_TABLE.format(name=name, table=sql.Identifier(schema, name)) for name in names]
            cursor.execute(sql.SQL(" UNION ALL ").join(each))
            found += cursor.fetchall()
    return {name: Digest(int(rows), checksum) for name, rows, checksum in found}


def differences(expected: dict[str, Digest], found: dict[str, Digest]) -> list[str]:
    """The names of tables and sequences that are not the same on both sides.

    Numbers of sequences are drawn outside transactions: while people work, a dump may hold later ones.
    """
    return sorted(
        name
        for name in expected.keys() | found.keys()
        if not _agree(name, expected.get(name), found.get(name))
    )


def _agree(name: str, expected: Digest | None, found: Digest | None) -> bool:
    if expected is None or found is None:
        return False
    if name.startswith(SEQUENCE):
        return found.rows >= expected.rows
    return expected == found
