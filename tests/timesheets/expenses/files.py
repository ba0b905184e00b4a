"""Files as phones and scanners make them."""

import io
from pathlib import Path

from PIL import Image, ImageDraw

HEIC = (Path(__file__).parent / "taxi.heic").read_bytes()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def photograph(kind: str = "JPEG", size: tuple[int, int] = (600, 800), words: str = "TOTAL 22.00") -> bytes:
    """A picture of a receipt."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((20, 20), words, fill="black")
    content = io.BytesIO()
    picture.save(content, kind)
    return content.getvalue()
