"""Lookups of our own, for the fields of all rooms."""

from typing import Any

from django.db.models import Field, Lookup

# From so many ids on psycopg, which writes them one by one, takes long and much memory: 20 MB for 100,000.
MANY = 1000


@Field.register_lookup
class AnyOf(Lookup):
    """`pk__any=[1, 2]`: one of the ids, as one parameter, where `__in` makes a parameter of each."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        ids = list(self.rhs)
        written = ids if len(ids) < MANY else f"{{{str(ids)[1:-1]}}}"
        return f"{left} = ANY(%s::bigint[])", [*left_params, written]
