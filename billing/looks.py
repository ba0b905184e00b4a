"""How a frozen document looks on paper: its layout, its color, what it leaves out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from billing.documents import Content

# Documents from before there were templates have the first of them.
LAYOUTS = ("plain", "band", "letter")
HEX = re.compile(r"#[0-9a-fA-F]{6}")
# Above it black letters have the higher contrast: (L + 0.05) / 0.05 = 1.05 / (L + 0.05).
MIDDLE_LUMINANCE = 0.179


@dataclass(frozen=True)
class Look:
    """How the paper looks: its layout, the color, and what it leaves out."""

    # plain, band or letter
    layout: str
    color: str
    hides: frozenset[str]
    footer: str

    @property
    def head(self) -> str:
        """The template of its head."""
        return f"billing/document_head_{self.layout}.html"

    @property
    def ink(self) -> str:
        """Whether dark or light letters are read better on the color (WCAG: the higher contrast)."""
        return "dark" if luminance(self.color) > MIDDLE_LUMINANCE else "light"


def look_of(content: Content) -> Look:
    """The look that the document was frozen with; the plain one for documents from before there were templates."""
    design = content.get("design") or {}
    layout, color = str(design.get("layout", "PLAIN")).lower(), str(design.get("color", ""))
    return Look(
        layout=layout if layout in LAYOUTS else LAYOUTS[0],
        color=color if HEX.fullmatch(color) else content["firm"]["mark_color"],
        hides=frozenset(design.get("hides", ())),
        footer=str(design.get("footer", "")),
    )


# What a draft was told to hide, in the words of the templates.
HIDDEN = {"rates": "rates", "names": "people"}


def hiding(look: Look, hides: Iterable[str]) -> Look:
    """The look without what the invoice itself hides."""
    return replace(look, hides=look.hides | {HIDDEN[name] for name in hides if name in HIDDEN})


def explains(content: Content) -> bool:
    """Whether the appendix says where each amount comes from."""
    return bool((content.get("design") or {}).get("explains"))


def luminance(color: str) -> float:
    """The relative luminance of #rrggbb, 0 (black) to 1 (white), as WCAG 2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
