"""One write that is being worked on: the record as it will be, as it was, and how it was asked for."""

from dataclasses import dataclass, field

from sandbox.quickbooks.company import Company
from sandbox.store import Body


@dataclass
class Work:
    """`record` is changed by the rules of its entity until it is what will be kept."""

    company: Company
    entity: str
    record: Body
    prior: Body | None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.prior is None

    def changed(self, name: str) -> bool:
        """Whether a field differs from the former version."""
        return (self.prior or {}).get(name) != self.record.get(name)
