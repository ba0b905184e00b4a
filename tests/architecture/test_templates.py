"""Templates say in their first lines what they are given."""

import pytest

from tests.architecture.sources import ROOT, templates

FOLDER = ROOT / "templates"
FIRST_LINES = 3


@pytest.mark.parametrize("name", [str(path.relative_to(FOLDER)) for path in templates()])
def test_first_lines_name_the_context(name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()[:FIRST_LINES]
    assert any("{#" in line or "{% comment" in line for line in lines), "say what the template is given"
