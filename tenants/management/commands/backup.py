"""manage.py backup: one firm, several or all, into one file."""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from tenants.archives import ArchiveIsDamaged, private
from tenants.backing_up import back_up
from tenants.models import Firm
from tenants.pg_programs import ProgramFailed, ProgramIsMissing


class Command(BaseCommand):
    help = (
        "Backs up firms with their database rows and stored files, as they are at one instant, into one file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="each firm of this installation")
        which.add_argument("--firm", action="append", metavar="SLUG", help="this firm; may be repeated")
        parser.add_argument("--to", required=True, help="a file, a directory, or - for standard output")

    def handle(self, *args: Any, all: bool, firm: list[str] | None, to: str, **options: Any) -> None:
        firms = Firm.objects.filter(is_blueprint=False).exclude(schema_name="public").order_by("pk")
        chosen = list(firms if all else firms.filter(slug__in=firm or []))
        absent = sorted(set(firm or []) - {one.slug for one in chosen})
        if absent or not chosen:
            raise CommandError(
                f"There is no firm {', '.join(absent)}." if absent else "There is no firm yet."
            )
        at = clock.now()
        path = None if to == "-" else target(Path(to), "all" if all else "-".join(firm or []), at)
        stream: AbstractContextManager[IO[bytes]] = (
            nullcontext(sys.stdout.buffer) if path is None else private(path)
        )
        try:
            with stream as opened:
                manifest = back_up(chosen, opened, at=at, tell=self.say)
        except (ProgramIsMissing, ProgramFailed, ArchiveIsDamaged, OSError) as problem:
            raise CommandError(str(problem)) from problem
        for part in manifest.firms:
            if part.missing:
                self.say(
                    f"{part.slug}: {len(part.missing)} files that the database names are not on the disk"
                )
        self.say(f"{len(manifest.firms)} firms in {path or 'standard output'}")

    def say(self, line: str) -> None:
        """To standard error: standard output may be the backup itself."""
        self.stderr.write(line, style_func=str)


def target(to: Path, what: str, at: datetime) -> Path:
    """The file to write; in a directory it is named for what it holds and when it was made."""
    return to / f"psa-{what[:60]}-{at:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
