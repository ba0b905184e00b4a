"""Lookups of our own, for the fields of all rooms."""

from typing import Any

from django.db.models import Field, Lookup


@Field.register_lookup
class AnyOf(Lookup):  # type: ignore[type-arg]
    """`pk__any=[1, 2]`: one of the ids, as one parameter, where `__in` makes a parameter of each."""

    lookup_name = "any"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.get_db_prep_lookup(self.rhs, connection)
        return f"{left} = ANY({right}::bigint[])", [*left_params, *right_params]
