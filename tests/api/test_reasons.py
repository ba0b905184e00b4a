"""Reasons that dialogs offer, for programs."""

from collections.abc import Callable

from tests.api.conftest import Program
from tests.cast import Cast


def test_reasons_of_a_kind(cast: Cast, api: Callable[..., Program]) -> None:
    program = api(cast.owner)
    made = program.call("PUT", "/billing-reasons/HOLD", {"words": ["Waits for the PO", "In dispute"]})
    assert [row["words"] for row in made["items"]] == ["Waits for the PO", "In dispute"]
    rows = program.get("/billing-reasons?limit=200")["items"]
    assert {"HOLD", "VOID", "WRITE_OFF"} <= {row["kind"] for row in rows}
    problem = program.call("PUT", "/billing-reasons/HOLD", {"words": ["x" * 121]})
    assert problem["detail"] == "A reason has at most 120 characters."
