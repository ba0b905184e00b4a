"""The benchmark: tools/bench, which gives it a database server of its own."""

import logging
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from psa.bench import running
from psa.bench.filling import Size
from psa.bench.scene import Plan


class Command(BaseCommand):
    help = "Measures the product beside the machine's own floor. Start it by `make bench`."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as in the class above it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "rows", nargs="?", default="", help=f"some of {','.join(running.ROWS)}; all without"
        )
        parser.add_argument(
            "--tiny", action="store_true", help="little work and few runs: shows that it runs"
        )
        parser.add_argument("--documents", type=int, help="how many PDFs the row pdfs makes")
        parser.add_argument("--output", default="build/bench.json")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SETTINGS_MODULE != "psa.bench.settings":
            raise CommandError("This needs a database of its own: start it by `make bench`.")
        # Ours in this process are counted; the web server's are in its log.
        logging.getLogger("psa.requests").setLevel(logging.WARNING)
        wanted = [name for name in options["rows"].split(",") if name]
        unknown = set(wanted) - set(running.ROWS)
        if unknown:
            raise CommandError(
                f"There is no row {', '.join(sorted(unknown))}; there are {', '.join(running.ROWS)}."
            )
        plan = (
            Plan(size=Size(20, 4, 8, 800), runs=2, seconds=1, bulk_runs=1, turns=1, documents=2)
            if options["tiny"]
            else Plan()
        )
        if options["documents"]:
            plan = replace(plan, documents=options["documents"])
        running.run(wanted or list(running.ROWS), plan, options["output"])
