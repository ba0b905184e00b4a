"""A clone's constraints have the names that migrations and refusals know."""

from django.db import connection

from tenants.cloning import BLUEPRINT
from tenants.models import Firm


def names(schema: str) -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT own_table.relname, own.contype::text, own.conname
            FROM pg_constraint own JOIN pg_class own_table ON own_table.oid = own.conrelid
            JOIN pg_namespace source ON source.oid = own_table.relnamespace
            WHERE source.nspname = %s AND own.contype <> 'n'
            """,
            [schema],
        )
        return set(cursor.fetchall())


def test_a_clone_keeps_the_names_of_its_constraints(firm: Firm) -> None:
    assert names(firm.schema_name) == names(BLUEPRINT)
