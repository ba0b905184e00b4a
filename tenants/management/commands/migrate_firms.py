"""manage.py migrate_firms: the public schema, the blueprint and all firms, in parallel."""

import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.cloning import prepare_public
from tenants.migrating import Outcome, migrate_firms


class Command(BaseCommand):
    help = "Migrates all firms in parallel, leaves out those with nothing to do, and goes on where a run was ended."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (the processors)"
        )

    def handle(self, *args: Any, jobs: int, **options: Any) -> None:
        started = time.monotonic()
        prepare_public()
        outcomes = migrate_firms(jobs=jobs, tell=self.tell)
        failed = [outcome for outcome in outcomes if outcome.error]
        seconds = time.monotonic() - started
        self.stdout.write(f"{len(outcomes) - len(failed)} migrated, {len(failed)} failed, in {seconds:.1f} s")
        if failed:
            raise CommandError("Not migrated: " + ", ".join(outcome.schema for outcome in failed))

    def tell(self, outcome: Outcome) -> None:
        """One line for each firm, as it ends."""
        if outcome.error:
            self.stderr.write(f"{outcome.schema}: {outcome.error}")
        else:
            self.stdout.write(f"{outcome.schema}: {outcome.seconds:.1f} s")
