"""Tables for spreadsheets: nothing that somebody wrote is a formula, numbers have no grouping."""

from decimal import Decimal

import pytest

from core.spreadsheets import comma_separated, number_cell, text_cell


@pytest.mark.parametrize("words", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_what_begins_like_a_formula_is_text(words: str) -> None:
    assert text_cell(words) == f"'{words}"
    assert text_cell(f"No {words}") == f"No {words}"


def test_numbers_are_for_programs() -> None:
    assert number_cell(Decimal("1234567.005"), 2) == "1234567.01"
    assert number_cell(Decimal(-1200), 0) == "-1200"


def test_a_table_has_its_mark_and_its_quotes() -> None:
    rows = [["Hartwell, Moss", "1.50"], ["Bäume", "2.00"]]
    assert comma_separated(["Client", "Hours"], rows) == (
        b"\xef\xbb\xbf" + 'Client,Hours\r\n"Hartwell, Moss",1.50\r\nBäume,2.00\r\n'.encode()
    )
