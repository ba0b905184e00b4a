"""A person as core sees one."""

from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@dataclass
class Person:
    pk: int = 7
    name: str = "Dana Ruiz"
    time_zone: str = "UTC"

    def get_full_name(self) -> str:
        return self.name


DANA = Person()
