"""What was done is done again when its causes change."""

from pathlib import Path

from tools.stamps import Stamp, fingerprint


def test_names_contents_and_words_count_and_order_does_not(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    value = fingerprint([one, two], "8000")
    assert fingerprint([two, one], "8000") == value
    assert fingerprint([one, two], "8001") != value
    assert fingerprint([one], "8000") != value
    two.write_text("3")
    assert fingerprint([one, two], "8000") != value


def test_a_stamp_holds_what_was_set_last(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamps", "migrated")
    assert not stamp.holds("a")
    stamp.set("a")
    assert stamp.holds("a")
    assert not stamp.holds("b")
