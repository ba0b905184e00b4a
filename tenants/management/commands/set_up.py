"""manage.py set_up: what a release needs before it runs. Safe to repeat."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.cloning import FirmsAreBehind, prepare_installation


class Command(BaseCommand):
    help = "Brings the public schema, the blueprint and all firms up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="how many firms at once (the processors)"
        )

    def handle(self, *args: Any, jobs: int, **options: Any) -> None:
        try:
            prepare_installation(jobs=jobs)
        except FirmsAreBehind as problem:
            raise CommandError(str(problem)) from problem
