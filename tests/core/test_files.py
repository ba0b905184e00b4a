"""Files are what they say, and lie under their own hash, apart for each firm."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core import files
from core.files import NotWhatItSays, TooLarge, clean_name, store
from core.models import StoredFile
from core.responses import file_response

PDF = b"%PDF-1.7\n1 0 obj\n"


def picture(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("receipt.png", picture(), "image/png"),
        ("receipt.JPG", picture("JPEG"), "image/jpeg"),
        ("receipt.webp", picture("WEBP"), "image/webp"),
        ("receipt.gif", picture("GIF"), "image/gif"),
        ("invoice.pdf", PDF, "application/pdf"),
        ("list.csv", "name;hours\nJosé;1,5\n".encode(), "text/csv"),
    ],
)
def test_what_is_kept(firm: Any, disk: Path, name: str, content: bytes, content_type: str) -> None:
    kept = StoredFile.objects.get(pk=store(name, content, "receipt").pk)
    assert (kept.name, kept.content_type, kept.size, kept.kind) == (
        name,
        content_type,
        len(content),
        "receipt",
    )
    digest = hashlib.sha256(content).hexdigest()
    assert kept.path == disk / "files" / firm.schema_name / digest[:2] / digest
    assert kept.read() == content
    with kept.open() as opened:
        assert opened.read() == content


def test_the_same_bytes_are_kept_once(firm: Any, disk: Path) -> None:
    first, second = store("a.pdf", PDF, "receipt"), store("b.pdf", PDF, "receipt")
    assert first.path == second.path
    assert len([path for path in disk.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("receipt.png", picture("JPEG")),
        ("receipt.pdf", picture()),
        ("receipt.png", PDF),
        ("receipt.png", picture()[:40]),
        ("receipt.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 30),
        ("receipt.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("page.html", b"<script>alert(1)</script>"),
        ("receipt.pdf", b" %PDF-1.7"),
        ("receipt", PDF),
        ("receipt.pdf.exe", PDF),
    ],
)
def test_what_is_not_what_it_says(firm: Any, disk: Path, name: str, content: bytes) -> None:
    with pytest.raises(NotWhatItSays, match=r"is not a JPEG, PDF or PNG file\.") as refusal:
        store(
            name, content, "receipt", expect={"image/png", "image/jpeg", "application/pdf"}, field="receipt"
        )
    assert refusal.value.field == "receipt"
    assert not StoredFile.objects.exists()
    assert not (disk / "files").exists()


def test_a_good_file_of_a_kind_that_is_not_wanted(firm: Any, disk: Path) -> None:
    with pytest.raises(NotWhatItSays, match=r'"list\.csv" is not a PNG file\.'):
        store("list.csv", b"a,b\n", "logo", expect={"image/png"})
    with pytest.raises(NotWhatItSays):
        store("list.csv", b"a\0b", "import", expect={"text/csv"})


def test_too_large_empty_and_too_many_pixels(firm: Any, disk: Path, settings: Any) -> None:
    settings.FILES_MAX_BYTES = 1024 * 1024
    with pytest.raises(TooLarge, match=r"larger than 1 MB"):
        store("a.pdf", PDF + b"0" * 1024 * 1024, "receipt")
    with pytest.raises(TooLarge, match="is empty"):
        store("a.pdf", b"", "receipt")
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    with pytest.raises(NotWhatItSays):
        store("bomb.png", buffer.getvalue(), "receipt")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\receipt.png", "receipt.png"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('we"ird<>|?*.pdf', "we ird .pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("..", "file"),
        ("", "file"),
        ("Reçu  n°5.pdf", "Reçu n°5.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_pdf_is_shown_and_everything_else_is_what_the_browser_may_do_nothing_with(
    firm: Any, disk: Path
) -> None:
    shown = file_response(store("Rechnung Ü.pdf", PDF, "invoice"))
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"] == "inline; filename*=utf-8''Rechnung%20%C3%9C.pdf"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert b"".join(shown.streaming_content) == PDF  # type: ignore[arg-type]
    image = file_response(store("a.png", picture(), "receipt"))
    assert image["Content-Disposition"].startswith("inline")
    assert "sandbox" in image["Content-Security-Policy"]
    table = file_response(store("a.csv", b"a,b\n", "import"))
    assert table["Content-Disposition"] == 'attachment; filename="a.csv"'
    assert file_response(store("a.pdf", PDF, "x"), download=True)["Content-Disposition"].startswith(
        "attachment"
    )


def test_every_kind_has_words() -> None:
    assert set(files.TYPE_OF_ENDING.values()) == set(files.WORDS)
