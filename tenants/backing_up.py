"""Backing firms up: schema, public rows and stored files, all of one instant, in one archive."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import schema_context

from core.models import StoredFile
from tenants import archives, pg_programs
from tenants.archives import FirmPart, Manifest
from tenants.digests import digests
from tenants.models import Firm

MIGRATIONS = """SELECT app || '.' || name FROM "{schema}".django_migrations ORDER BY app, name"""
Tell = Callable[[str], None]


def fingerprint(key: str) -> str:
    """Tells whether two installations have the same key, and nothing about the key."""
    return hashlib.sha256(b"psa backup key:" + key.strip().encode()).hexdigest()[:16]


def back_up(firms: Sequence[Firm], target: IO[bytes], *, at: datetime, tell: Tell) -> Manifest:
    """Writes an archive of the firms, as they are at one instant, while people go on working.

    Raises ProgramIsMissing, ProgramFailed, ArchiveIsDamaged (a stored file that is not what its name says). Files
    that the database names and the disk has not are listed as `missing`; the rest is backed up all the same.
    """
    manifest = Manifest(
        made_at=at.isoformat(),
        base_domain=settings.BASE_DOMAIN,
        keys=[fingerprint(key) for key in settings.FIELD_KEYS],
        firms=[],
    )
    dumps: dict[str, Path] = {}
    stored: dict[str, Path] = {}
    with tempfile.TemporaryDirectory(prefix="psa-backup-") as directory:
        with _snapshot() as snapshot:
            for firm in firms:
                tell(firm.schema_name)
                part, files = _describe(firm)
                dumps[part.schema] = Path(directory) / f"{part.schema}.dump"
                _dump(part, snapshot, dumps[part.schema])
                manifest.firms.append(part)
                stored |= files
        archives.write(target, manifest, dumps, stored)
    return manifest


@contextmanager
def _snapshot() -> Iterator[str]:
    """A reading transaction whose view of the database pg_dump shares."""
    connection.set_schema_to_public()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        yield str(snapshot)


def _describe(firm: Firm) -> tuple[FirmPart, dict[str, Path]]:
    """The firm's part of the manifest without its dump, and where its stored files lie."""
    connection.set_schema_to_public()
    part = FirmPart(
        schema=firm.schema_name,
        name=firm.name,
        slug=firm.slug,
        state=firm.state,
        created_at=firm.created_at.isoformat(),
        domains=list(firm.domains.order_by("pk").values("domain", "is_primary")),
        accounts=list(firm.external_accounts.order_by("pk").values("provider", "account_id")),
        migrations=_migrations(firm.schema_name),
        tables=digests(firm.schema_name),
    )
    files = {}
    with schema_context(firm.schema_name):
        for sha256 in StoredFile.objects.order_by("sha256").values_list("sha256", flat=True).distinct():
            path = StoredFile(sha256=sha256).path
            if path.exists():
                part.files.append(sha256)
                files[part.file_path(sha256)] = path
            else:
                part.missing.append(sha256)
    return part, files


def _migrations(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(MIGRATIONS.format(schema=schema))
        return [name for (name,) in cursor.fetchall()]


def _dump(part: FirmPart, snapshot: str, target: Path) -> None:
    pg_programs.run(
        "pg_dump",
        "--format=custom",
        f"--schema={part.schema}",
        f"--snapshot={snapshot}",
        "--no-owner",
        "--no-privileges",
        f"--file={target}",
    )
    with target.open("rb") as stream:
        part.dump = archives.sha256_of(stream)
