"""What clients read: every word is in the catalogue of every language, translated, and compiled."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import template

from tools.words import ROOT, catalogues, compiled

KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
ROOMS = ("core", "people", "clients", "projects", "timesheets", "billing", "integrations", "reports", "psa")


def sources() -> Iterator[tuple[Path, bytes]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            yield path, path.read_bytes()
    for path in (ROOT / "templates").rglob("*.*"):
        if path.suffix in (".html", ".txt") and "load i18n" in (text := path.read_text()):
            # Django's own translation of a template into what an extractor reads.
            yield path, template.templatize(text, origin=str(path)).encode()


def wanted() -> set[str]:
    found = set()
    for _path, source in sources():
        for _line, message, _comments, _context in extract(
            "python", BytesIO(source), KEYWORDS, options={"encoding": "utf-8"}
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return {words for words in found if words}


@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda path: path.parts[-3])
def test_nothing_is_missing_and_the_compiled_file_is_in_step(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        words = read_po(file)
    known = {each.id[0] if isinstance(each.id, tuple) else each.id for each in words if each.id}
    assert wanted() - known == set(), "run: python -m tools.words collect"
    assert [each.id for each in words if each.id and (each.fuzzy or not each.string)] == []
    assert catalogue.with_suffix(".mo").read_bytes() == compiled(catalogue), (
        "run: python -m tools.words compile"
    )


def test_clients_can_choose_the_languages_that_there_are() -> None:
    there = {"en", *(path.parts[-3] for path in catalogues())}
    assert {code for code, _name in settings.LANGUAGES} == there
