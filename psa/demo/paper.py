"""Receipts of the demo, drawn: what a till or a hotel prints, as a photograph or a PDF."""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from core.money import format_amount, round_places

WIDTH, HEIGHT = 560, 760
INK, TABLE = "#2b2b2b", "#6d5f52"


@dataclass(frozen=True)
class Paper:
    """What the receipt says. `amount` includes the tax that is printed; `number` makes each another one."""

    vendor: str
    on: date
    what: str
    amount: Decimal
    currency: str
    number: int


def as_photograph(paper: Paper) -> bytes:
    """A JPEG of the receipt lying on a table, a little askew."""
    table = Image.new("RGB", (WIDTH + 120, HEIGHT + 140), TABLE)
    sheet = _drawn(paper).rotate(
        (paper.number % 5) - 2, expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC
    )
    table.paste(sheet, (50, 50))
    content = io.BytesIO()
    table.save(content, "JPEG", quality=72)
    return content.getvalue()


def as_pdf(paper: Paper) -> bytes:
    """A PDF with one page."""
    content = io.BytesIO()
    _drawn(paper).save(content, "PDF", resolution=110)
    return content.getvalue()


def _drawn(paper: Paper) -> Image.Image:
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "#fdfcf7")
    pen = ImageDraw.Draw(sheet)
    tax = round_places(paper.amount * Decimal("0.0775") / Decimal("1.0775"), 2)
    lines = [
        ("Receipt no.", f"{paper.number:06}"),
        ("Date", f"{paper.on:%d %b %Y}"),
        (paper.what, format_amount(paper.amount - tax, paper.currency)),
        ("Tax", format_amount(tax, paper.currency)),
    ]
    pen.text((WIDTH / 2, 70), paper.vendor, fill=INK, font=ImageFont.load_default(40), anchor="mm")
    pen.text((WIDTH / 2, 120), "Thank you", fill=INK, font=ImageFont.load_default(22), anchor="mm")
    small, large = ImageFont.load_default(24), ImageFont.load_default(36)
    for place, (words, value) in enumerate(lines):
        height = 200 + place * 62
        pen.text((48, height), words, fill=INK, font=small)
        pen.text((WIDTH - 48, height), value, fill=INK, font=small, anchor="ra")
        pen.line((48, height + 44, WIDTH - 48, height + 44), fill="#d8d4c8", width=2)
    pen.text((48, 500), "TOTAL", fill=INK, font=large)
    pen.text(
        (WIDTH - 48, 500), format_amount(paper.amount, paper.currency), fill=INK, font=large, anchor="ra"
    )
    for place in range(0, WIDTH - 96, 9):
        bar = 2 + (paper.number * 7 + place) % 5
        pen.rectangle((48 + place, 620, 48 + place + bar, 690), fill=INK)
    return sheet
