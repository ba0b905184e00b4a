"""Receipts: checked by content, kept small enough, shown in small, found again on other lines."""

import io
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from core.errors import NotAllowed
from core.files import NotWhatItSays, TooLarge
from tests.cast import TODAY, Cast
from tests.timesheets.expenses.files import HEIC, PDF, photograph
from timesheets.expenses import receipts
from timesheets.expenses.receipts import (
    SameReceipt,
    Upload,
    add_receipts,
    remove_receipt,
    snap_receipt,
    twins_of,
)
from timesheets.expenses.recording import LineIsNotOpen
from timesheets.models import Expense, ExpenseReport, Receipt


def add(line: Expense, by: Any, *uploads: tuple[str, bytes]) -> list[Receipt]:
    return add_receipts(expense=line, uploads=[Upload(*upload) for upload in uploads], by=by)


def size_of(stored: Any) -> tuple[int, int]:
    with Image.open(io.BytesIO(stored.read())) as picture:
        assert picture.format == "JPEG"
        return picture.size


def test_several_files_of_all_kinds(record: Any, cast: Cast) -> None:
    line = record()
    kept = add(
        line,
        cast.member,
        ("IMG_1.JPG", photograph()),
        ("scan.png", photograph("PNG")),
        ("IMG_2.HEIC", HEIC),
        ("hotel.pdf", PDF),
    )
    assert [receipt.file.content_type for receipt in kept] == [
        "image/jpeg",
        "image/png",
        "image/heic",
        "application/pdf",
    ]
    jpeg, png, heic, pdf = kept
    assert size_of(jpeg.thumbnail) == size_of(png.thumbnail) == (240, 320)
    assert size_of(heic.thumbnail) == (240, 320)
    # Browsers do not show HEIC: they get a JPEG, not larger than it was.
    assert size_of(heic.preview) == (300, 400)
    assert (jpeg.preview, pdf.preview, pdf.thumbnail) == (None, None, None)


def test_a_photograph_is_turned_upright_and_loses_its_place(record: Any, cast: Cast) -> None:
    content = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the phone was held upright
    exif[0x8825] = {1: "N", 2: (37.0, 56.0, 0.0)}
    Image.new("RGB", (800, 600), "white").save(content, "JPEG", exif=exif)
    (kept,) = add(record(), cast.member, ("IMG.jpg", content.getvalue()))
    assert size_of(kept.thumbnail) == (240, 320)
    with Image.open(io.BytesIO(kept.thumbnail.read())) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("receipt.jpg", PDF),
        ("receipt.pdf", photograph()),
        ("receipt.heic", photograph()),
        ("receipt.gif", photograph("GIF")),
        ("page.html", b"<script>alert(1)</script>"),
        ("receipt.heic", HEIC[:60]),
        ("receipt.jpg", photograph()[:120]),
    ],
)
def test_what_is_no_receipt(record: Any, cast: Cast, name: str, content: bytes) -> None:
    with pytest.raises(NotWhatItSays) as refused:
        add(record(), cast.member, ("good.png", photograph("PNG")), (name, content))
    assert refused.value.field == "receipt"
    assert not Receipt.objects.exists()


def test_too_large(record: Any, cast: Cast, monkeypatch: Any) -> None:
    line = record()
    monkeypatch.setattr(receipts, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        add(line, cast.member, ("a.pdf", PDF + b" " * 1024 * 1024))


def test_the_same_file_again(record: Any, cast: Cast, report: ExpenseReport) -> None:
    first, second = record(), record(amount=Decimal("9.00"))
    add(first, cast.member, ("a.jpg", photograph()))
    with pytest.raises(SameReceipt):
        add(first, cast.member, ("b.jpg", photograph()))
    assert twins_of([first, second]) == {}
    add(second, cast.member, ("c.jpg", photograph()))
    assert [twin.expense_id for twin in twins_of([first])[first.pk]] == [second.pk]
    assert [twin.staff_name for twin in twins_of([second])[second.pk]] == ["Priya Raman"]


def test_only_while_the_line_is_open(record: Any, cast: Cast, submit: Any, report: ExpenseReport) -> None:
    line = record()
    (receipt,) = add(line, cast.member, ("a.jpg", photograph()))
    with pytest.raises(NotAllowed):
        remove_receipt(receipt=receipt, by=cast.manager)
    submit(report)
    with pytest.raises(LineIsNotOpen):
        remove_receipt(receipt=receipt, by=cast.member)
    with pytest.raises(LineIsNotOpen):
        add(line, cast.member, ("b.jpg", photograph(words="other")))


def test_a_photograph_makes_a_line(record: Any, cast: Cast) -> None:
    record()
    once = uuid4()

    def snap() -> Expense:
        return snap_receipt(
            staff=cast.member.staff_member,
            uploads=[Upload("IMG.jpg", photograph())],
            by=cast.member,
            on=TODAY,
            once=once,
        )

    line = snap()
    assert snap() == line
    assert (line.report.title, line.spent_on, line.project, line.amount) == (
        "November 2026",
        TODAY,
        cast.project,
        None,
    )
    assert line.receipts.count() == 1
