"""manage.py restore: firms from a backup, into this installation."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.archives import Archive, ArchiveIsDamaged
from tenants.backing_up import fingerprint
from tenants.pg_programs import ProgramFailed, ProgramIsMissing
from tenants.restoring import (
    AddressIsTaken,
    ArchiveIsNewer,
    FirmLives,
    RestoredDiffers,
    chosen,
    restore_firm,
)

PROBLEMS = (
    *(AddressIsTaken, ArchiveIsDamaged, ArchiveIsNewer, FirmLives, RestoredDiffers),
    *(ProgramFailed, ProgramIsMissing, OSError),
)


class Command(BaseCommand):
    help = "Restores firms from a backup. Never overwrites a firm that is here unless --replace is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", help="the backup, or - for standard input")
        parser.add_argument("--firm", action="append", metavar="SLUG", help="only this one; may be repeated")
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of the firm that is here"
        )
        parser.add_argument("--check", action="store_true", help="only see whether the backup is whole")
        parser.add_argument(
            "--other-keys",
            action="store_true",
            help="restore though stored secrets cannot be read with FIELD_KEYS",
        )

    def handle(self, *args: Any, archive: str, firm: list[str] | None, **options: Any) -> None:
        try:
            with at_hand(archive) as path, Archive(path) as opened:
                self.take(opened, firm or [], options)
        except PROBLEMS as problem:
            raise CommandError(str(problem)) from problem

    def take(self, archive: Archive, slugs: list[str], options: dict[str, Any]) -> None:
        """Checks or restores the chosen firms, one after the other; the first that cannot be ends it."""
        ours = {fingerprint(key) for key in settings.FIELD_KEYS}
        if not (options["check"] or options["other_keys"] or ours & set(archive.manifest.keys)):
            raise CommandError(
                "This backup's secrets were encrypted with other FIELD_KEYS. Put its keys there too, or give "
                "--other-keys and connect the vendors anew."
            )
        for part in chosen(archive, slugs):
            if options["check"]:
                archive.check(part)
                self.stdout.write(f"{part.slug}: whole, {len(part.tables)} tables, {len(part.files)} files")
            else:
                restore_firm(archive, part, replace=options["replace"], tell=self.stdout.write)
                self.stdout.write(f"{part.slug}: restored, row for row as on {archive.manifest.made_at}")


@contextmanager
def at_hand(name: str) -> Iterator[Path]:
    """The archive as a file; what comes by standard input is kept while it is needed."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.NamedTemporaryFile(prefix="psa-restore-", suffix=".tar") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)
