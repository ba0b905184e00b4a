"""The file that a backup is: a tar with a manifest, one dump for each firm, and the firms' stored files.

    manifest.json           what is in it: firms, their public rows, each table's rows and checksum, each file's SHA-256
    manifest.json.sha256    the manifest's own
    <schema>/database.dump  pg_dump's custom format; `pg_restore` reads it without this application
    <schema>/files/<ab>/<sha256>

Everything is checked against the manifest before it is used.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tenants.digests import Digest

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


class ArchiveIsDamaged(Exception):
    """The file is no backup of ours, or some of it is not what its manifest says."""


@dataclass
class FirmPart:
    """One firm in an archive."""

    schema: str
    name: str
    slug: str
    state: str
    created_at: str
    domains: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    migrations: list[str]
    tables: dict[str, Digest]
    dump: str = ""  # SHA-256
    files: list[str] = field(default_factory=list)  # SHA-256 of each
    missing: list[str] = field(default_factory=list)  # named by the database, and not on the disk

    @property
    def dump_path(self) -> str:
        return f"{self.schema}/database.dump"

    def file_path(self, sha256: str) -> str:
        return f"{self.schema}/files/{sha256[:2]}/{sha256}"

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FirmPart":
        tables = {name: Digest(**digest) for name, digest in values["tables"].items()}
        return cls(**values | {"tables": tables})


@dataclass
class Manifest:
    """What an archive holds and where it comes from."""

    made_at: str
    base_domain: str
    # Fingerprints of the keys that secrets in it are encrypted with; they tell nothing about the keys.
    keys: list[str]
    firms: list[FirmPart]
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        values = json.loads(text)
        if values["format"] != FORMAT:
            raise ArchiveIsDamaged(f"The archive has format {values['format']}; this release reads {FORMAT}.")
        return cls(**values | {"firms": [FirmPart.from_json(part) for part in values["firms"]]})

    def as_json(self) -> bytes:
        return json.dumps(self, default=vars, indent=1).encode()


def sha256_of(stream: IO[bytes]) -> str:
    """The stream's checksum, read in pieces."""
    whole = hashlib.sha256()
    while piece := stream.read(CHUNK):
        whole.update(piece)
    return whole.hexdigest()


def write(target: IO[bytes], manifest: Manifest, dumps: dict[str, Path], stored: dict[str, Path]) -> None:
    """Writes the archive to a stream: manifest first, then what it lists; `stored` gives each file by its member name.

    Raises ArchiveIsDamaged when a stored file is not what its name says (a broken disk).
    """
    with tarfile.open(fileobj=target, mode="w|") as tar:
        text = manifest.as_json()
        _add(tar, MANIFEST, text)
        _add(tar, f"{MANIFEST}.sha256", hashlib.sha256(text).hexdigest().encode())
        for part in manifest.firms:
            tar.add(dumps[part.schema], part.dump_path, filter=_plain)
            for sha256 in part.files:
                content = stored[part.file_path(sha256)].read_bytes()
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise ArchiveIsDamaged(f"The stored file {stored[part.file_path(sha256)]} is damaged.")
                _add(tar, part.file_path(sha256), content)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(_plain(member), io.BytesIO(content))


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's file, for its owner's eyes only, whoever made the backup."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


@contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, at its place once it is whole."""
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class Archive:
    """An archive that is open for reading."""

    def __init__(self, path: Path) -> None:
        """Raises ArchiveIsDamaged."""
        try:
            self.tar = tarfile.open(path, mode="r:")  # noqa: SIM115 - closed by __exit__
        except (tarfile.TarError, OSError) as error:
            raise ArchiveIsDamaged(f"{path} is not a backup: {error}") from error
        text = self._member(MANIFEST).read()
        if hashlib.sha256(text).hexdigest().encode() != self._member(f"{MANIFEST}.sha256").read():
            raise ArchiveIsDamaged("The manifest is not what it was when the backup was made.")
        self.manifest = Manifest.from_json(text)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *unused: object) -> None:
        self.tar.close()

    def check(self, part: FirmPart) -> None:
        """Reads all that belongs to the firm. Raises ArchiveIsDamaged unless it is what the manifest says."""
        self._compare(part.dump_path, part.dump)
        for sha256 in part.files:
            self._compare(part.file_path(sha256), sha256)

    def _compare(self, name: str, sha256: str) -> None:
        try:
            found = sha256_of(self._member(name))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise ArchiveIsDamaged(f"{name} cannot be read: {error}") from error
        if found != sha256:
            raise ArchiveIsDamaged(f"{name} is not what it was when the backup was made.")

    def extract_dump(self, part: FirmPart, target: Path) -> None:
        """Puts the firm's dump into a file."""
        stream = self._member(part.dump_path)
        with private(target) as copy:
            while piece := stream.read(CHUNK):
                copy.write(piece)

    def stored_files(self, part: FirmPart) -> Iterator[bytes]:
        """The firm's stored files, one after the other."""
        for sha256 in part.files:
            yield self._member(part.file_path(sha256)).read()

    def _member(self, name: str) -> IO[bytes]:
        try:
            found = self.tar.extractfile(name)
        except (KeyError, tarfile.TarError, OSError) as error:
            raise ArchiveIsDamaged(f"{name} is not in the archive: {error}") from error
        if found is None:
            raise ArchiveIsDamaged(f"{name} is not a file.")
        return found
