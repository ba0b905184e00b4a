"""What holds for every template: icons exist, nothing inline that the policy would block, comments that end."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from core.icons import shapes

ROOT = Path(__file__).resolve().parents[2] / "templates"
ALL = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
# A mail carries its styles; they are inlined when it is sent.
PAGES = [name for name in ALL if "mail/" not in name and "messages/" not in name and "pdf" not in name]


def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_template_can_be_read(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", ALL)
def test_icons_exist(name: str) -> None:
    text = source(name)
    for icon in re.findall(r'{%\s*icon "([^"]+)"', text) + re.findall(r'icon_name="([^"]+)"', text):
        assert shapes(icon), icon
    for icon in re.findall(r'{%\s*state "[^"]*" "([^"]+)"', text):
        assert shapes(icon), icon


@pytest.mark.parametrize("name", PAGES)
def test_nothing_inline(name: str) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", source(name), flags=re.DOTALL)
    assert not re.search(r"<[^>]*\sstyle=", text), "a style attribute is blocked"
    assert not re.search(r"<[^>]*\son[a-z]+=", text), "an on… attribute is blocked"
    assert "<style" not in text
    assert "hx-on" not in text, "hx-on needs eval"
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or "application/json" in script, script


@pytest.mark.parametrize("name", ALL)
def test_comments_end_on_their_line(name: str) -> None:
    for line in source(name).splitlines():
        assert line.count("{#") == line.count("#}"), line
