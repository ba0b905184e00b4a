"""Stored files: checked for being what they say, kept under their own hash, apart for each firm."""

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import warnings
from collections.abc import Collection
from pathlib import Path, PurePosixPath

import pi_heif  # type: ignore[import-untyped]
from django.conf import settings
from PIL import Image, UnidentifiedImageError

from core.errors import Refusal
from core.models import StoredFile

IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
# What phones photograph in. Pillow reads it once pi-heif is registered; most browsers do not show it.
HEIC = "image/heic"
PDF = "application/pdf"
CSV = "text/csv"
PICTURES = frozenset(IMAGES.values())
_READABLE = {**IMAGES, "HEIF": HEIC}
pi_heif.register_heif_opener()

TYPE_OF_ENDING = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".heic": HEIC,
    ".heif": HEIC,
    ".pdf": PDF,
    ".csv": CSV,
}
WORDS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    HEIC: "HEIC",
    PDF: "PDF",
    CSV: "CSV",
}

# More pixels than any phone's camera makes; a small file can claim to be a huge picture.
MOST_PIXELS = 100_000_000


class NotWhatItSays(Refusal):
    """The upload is not of the kind that its name or the form says."""


class TooLarge(NotWhatItSays):
    """The upload is larger than allowed, or empty."""


def store(
    name: str,
    content: bytes,
    kind: str,
    *,
    expect: Collection[str] | None = None,
    field: str = "file",
    most_bytes: int | None = None,
) -> StoredFile:
    """Keeps the bytes and returns their row, written in the caller's transaction.

    The content's own first bytes decide what it is (pictures are decoded too). It must agree with the ending of the
    name and be one of `expect` (content types; None takes any kind that is known). It may have `most_bytes`, else
    settings.FILES_MAX_BYTES. Raises NotWhatItSays or TooLarge.
    Bytes of a transaction that rolls back stay on disk under their hash and are used by the next upload of the same.
    """
    name = clean_name(name)
    check_size(len(content), name, field, most_bytes)
    allowed = frozenset(expect if expect is not None else WORDS)
    found = content_type_of(content)
    if found is None and CSV in allowed and _is_text(content):
        found = CSV
    declared = TYPE_OF_ENDING.get(PurePosixPath(name).suffix.lower())
    if found is None or declared != found or found not in allowed:
        raise NotWhatItSays(f'"{name}" is not {_one_of(allowed)}.', field=field)
    row = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        name=name,
        content_type=found,
        size=len(content),
        kind=kind,
    )
    _write(row.path, content)
    row.save()
    return row


def put_back(sha256: str, content: bytes) -> None:
    """Writes bytes that a row of the current firm names already, as when a backup is restored.

    Raises ValueError unless the bytes have that hash.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"the bytes are not those of {sha256}")
    _write(StoredFile(sha256=sha256).path, content)


def check_size(size: int, name: str, field: str, most_bytes: int | None = None) -> None:
    """Raises TooLarge for an empty file and for one above `most_bytes`, else settings.FILES_MAX_BYTES."""
    limit = most_bytes or settings.FILES_MAX_BYTES
    if not size:
        raise TooLarge(f'"{name}" is empty.', field=field)
    if size > limit:
        raise TooLarge(f'"{name}" is larger than {limit // (1024 * 1024)} MB.', field=field)


def clean_name(name: str) -> str:
    """The last part of the name without control characters and what file systems or headers trip over."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C")
    tidy = re.sub(r'[<>:"|?*\s]+', " ", visible).strip(" .") or "file"
    stem, dot, ending = tidy.rpartition(".")
    if not dot:
        return tidy[:120]
    return f"{stem[: 119 - len(ending[:10])]}.{ending[:10]}"


def content_type_of(content: bytes) -> str | None:
    """What the bytes are: a picture that Pillow can read, a PDF, or None."""
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_READABLE)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                picture.verify()
                return _READABLE[picture.format or ""]
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    # Broken pictures make Pillow's decoders raise all kinds of errors.
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, EOFError, OverflowError):
        return None


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _one_of(types: Collection[str]) -> str:
    words = sorted(WORDS[name] for name in types)
    listed = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"a {listed} file"


def _write(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all; the same content is there already when its hash is."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            # What a full disk took of it would keep the disk full.
            Path(part.name).unlink(missing_ok=True)
            raise
