"""Tabler's outline icons as inline SVG: only the icons that a page uses travel with it."""

import logging
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHAPES = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
# Tabler's invisible 24 × 24 frame; it draws nothing.
FRAME = re.compile(r'<path stroke="none"[^>]*/>')


class UnknownIcon(LookupError):
    """No icon of that name in the package; a spelling mistake in a template."""


@lru_cache(maxsize=512)
def shapes(name: str) -> str:
    """The drawing inside the <svg> of that name. Raises UnknownIcon."""
    path = Path(settings.ICONS_DIR) / f"{name}.svg"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(f"No icon is called “{name}” in {settings.ICONS_DIR}.")
    match = SHAPES.search(path.read_text(encoding="utf-8"))
    if match is None:
        raise UnknownIcon(f"The file of icon “{name}” holds no drawing.")
    return re.sub(r"\s+", " ", FRAME.sub("", match["shapes"])).strip().replace(" />", "/>")


def icon_svg(name: str, *, css: str = "", label: str = "") -> SafeString:
    """An inline SVG of 1 em with strokes of 1.5 units, hidden from screen readers unless it has a `label`.

    An unknown name raises UnknownIcon; in production it draws nothing, so that a typo never takes a page down.
    """
    try:
        drawing = shapes(name)
    except UnknownIcon:
        if not settings.PRODUCTION:
            raise
        log.exception("icon left out")
        return SafeString("")
    return _drawn(drawing, name, css, label)


# By type too: of two equal labels one may be marked safe, and the other is escaped.
@lru_cache(maxsize=2048, typed=True)
def _drawn(drawing: str, name: str, css: str, label: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="ti ti-{}{}" viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        name,
        f" {css}" if css else "",
        voice,
        mark_safe(drawing),
    )
