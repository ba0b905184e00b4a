"""Work that is skipped when nothing it depends on has changed since it was last done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A hash of the files' names and contents and of the words, in any order of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    for word in words:
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()


class Stamp:
    """One file that holds the fingerprint of the last time."""

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory / name

    def holds(self, value: str) -> bool:
        try:
            return self.path.read_text() == value
        except FileNotFoundError:
            return False

    def set(self, value: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value)
