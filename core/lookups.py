"""Lookups of our own, for the fields of all rooms."""

from typing import Any

from django.db.models import Field, Lookup


@Field.register_lookup
class AnyOf(Lookup):
    """`pk__any=[1, 2]`: one of the ids, as one parameter, where `__in` makes a parameter of each."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*left_params, list(self.rhs)]
