"""A committed firm for tests with two connections: each has it to itself, and what it leaves is taken away again.

Making a firm takes the database more than a second, taking away what a test wrote a tenth of one. A test that drops
its firm, or changes its tables, asks for `new_firm`.
"""

from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tenants.models import Domain, Firm

TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' ORDER BY relname"
)


class OwnFirm:
    """The firm and what stood in it when it was founded."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.kept = f"kept_{firm.schema_name}"
        self.was = {
            field.attname: getattr(firm, field.attname)
            for field in firm._meta.fields
            if not field.primary_key
        }
        self.domains = list(firm.domains.values_list("pk", flat=True))
        connection.set_schema_to_public()
        with connection.cursor() as cursor:
            cursor.execute(TABLES, [firm.schema_name])
            self.tables = [name for (name,) in cursor.fetchall()]
            self.first = self._with_rows(cursor)
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.kept)))
            for name in self.first:
                copied = sql.SQL("CREATE TABLE {} AS TABLE {}")
                cursor.execute(copied.format(sql.Identifier(self.kept, name), self._table(name)))

    def take(self) -> Firm:
        """The firm as it was founded, entered."""
        firm = Firm.objects.get(pk=self.firm.pk)
        connection.set_tenant(firm)
        return firm

    def clean(self) -> bool:
        """Takes away what a test left; False where that cannot be done, because it still holds something."""
        connection.set_schema_to_public()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                cursor.execute(TABLES, [self.firm.schema_name])
                if [name for (name,) in cursor.fetchall()] != self.tables:
                    return False
                self._restore(cursor, sorted({*self.first, *self._with_rows(cursor)}))
            self.firm.external_accounts.all().delete()
            Domain.objects.filter(tenant=self.firm).exclude(pk__in=self.domains).delete()
            Firm.objects.filter(pk=self.firm.pk).update(**self.was)
        except DatabaseError:
            return False
        client: Any = cache
        redis = client._cache.get_client(write=True)
        keys = list(redis.scan_iter(match=f"*{self.firm.schema_name}:*", count=1000))
        if keys:
            redis.delete(*keys)
        return True

    def forget(self) -> None:
        """Removes the copies."""
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(self.kept)))

    def _table(self, name: str) -> sql.Identifier:
        return sql.Identifier(self.firm.schema_name, name)

    def _with_rows(self, cursor: Any) -> list[str]:
        asked = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        parts = [asked.format(sql.Literal(name), self._table(name)) for name in self.tables]
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return [name for (name,) in cursor.fetchall()]

    def _restore(self, cursor: Any, names: list[str]) -> None:
        """Without our triggers: they forbid to delete what was issued. The keys are asked for at the end."""
        switch = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        for name in names:
            cursor.execute(switch.format(self._table(name), sql.SQL("DISABLE")))
        for name in names:
            cursor.execute(sql.SQL("DELETE FROM {}").format(self._table(name)))
        for name in self.first:
            copy = sql.Identifier(self.kept, name)
            cursor.execute(sql.SQL("INSERT INTO {} TABLE {}").format(self._table(name), copy))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(switch.format(self._table(name), sql.SQL("ENABLE")))
