"""Which names mean the same."""

from integrations.quickbooks.matching import match


def test_the_same_name_whatever_its_case_comes_first() -> None:
    ours = {1: "Okafor & Sons, Inc.", 2: "Okafor and Sons"}
    assert match(ours, {"7": "OKAFOR AND SONS"}) == {"7": 2}


def test_names_that_only_read_alike_are_matched_where_nothing_is_in_doubt() -> None:
    assert match({1: "Okafor & Sons, Inc."}, {"7": "Okafor and Sons"}) == {"7": 1}


def test_two_alike_on_either_side_are_matched_with_none() -> None:
    assert match({1: "Okafor & Sons, Inc.", 2: "Okafor Sons LLC"}, {"7": "Okafor and Sons"}) == {}
    assert match({1: "Okafor and Sons"}, {"7": "Okafor Sons", "8": "Okafor & Sons, Inc."}) == {}


def test_addresses_are_matched_letter_by_letter() -> None:
    assert match({1: "a.b@x.example"}, {"7": "A.B@X.example"}, reads_alike=False) == {"7": 1}
    assert match({1: "ab@x.example"}, {"7": "a.b@x.example"}, reads_alike=False) == {}


def test_a_name_of_nothing_but_signs_is_not_matched_with_an_empty_one() -> None:
    assert match({1: ""}, {"7": " "}) == {}
