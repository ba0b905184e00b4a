"""Charts as data: what static/js/charts.js draws, and the same numbers as a table for those who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Number = int | float | Decimal


@dataclass(frozen=True)
class Series:
    """One set of bars, or a line. `token` is the colour's name in tokens.css; `words` are the numbers as the
    table shows them. A line ends where its values are None; `is_dashed` is for what is not so yet."""

    label: str
    values: Sequence[Number | None]
    token: str
    words: Sequence[str]
    is_dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart of bars, or of lines. `unit` is $, % or what stands behind a number; `highest` is the least height of the
    axis."""

    id: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    highest: Number | None = None
    stacked: bool = False
    kind: str = "bar"
    rows: list[tuple[str, list[str]]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for index, label in enumerate(self.labels):
            self.rows.append((label, [series.words[index] for series in self.series]))

    @property
    def is_empty(self) -> bool:
        """Nothing but zeros: a sentence says more than empty axes."""
        return not any(value for series in self.series for value in series.values)

    @property
    def spec(self) -> dict[str, Any]:
        """JSON for the script. Numbers only for drawing; exact ones stand in the table."""
        sets = [
            {
                "label": s.label,
                "data": [None if value is None else float(value) for value in s.values],
                "token": s.token,
                "dash": s.is_dashed,
            }
            for s in self.series
        ]
        return {
            "kind": self.kind,
            "unit": self.unit,
            "labels": list(self.labels),
            "sets": sets,
            "stacked": self.stacked,
            "max": None if self.highest is None else float(self.highest),
        }
