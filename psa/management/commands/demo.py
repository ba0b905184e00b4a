"""manage.py demo: the two demo firms; with --sign-ins, how to sign in to them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from core import clock
from core.hosts import firm_url
from psa.demo.founding import NotADemoFirm, found_demo
from psa.demo.stories import STORIES
from psa.demo.story import sign_ins

HEADINGS = ("Role", "Name", "E-mail", "Password", "Address")


class Command(BaseCommand):
    help = "Founds the demo firms with three months of work. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sign-ins", action="store_true", help="print how to sign in, and do nothing else"
        )

    def handle(self, *args: Any, sign_ins: bool = False, **options: Any) -> None:
        if sign_ins:
            self.stdout.write(sign_ins_table())
            return
        at = clock.now()
        for story in STORIES:
            try:
                founded = found_demo(story, at=at)
            except NotADemoFirm as problem:
                raise CommandError(str(problem)) from problem
            words = f"{founded.lines} lines of work" if founded.is_new else "there already"
            self.stdout.write(f"{story.name}: {words}, {founded.invoices} invoices and drafts")
            if founded.problem:
                self.stderr.write(founded.problem)


def sign_ins_table() -> str:
    """Who signs in where, in columns."""
    rows = [HEADINGS]
    for story in STORIES:
        with schema_context(f"firm_{story.slug}"):
            address = firm_url()
        rows += [(s.role, s.name, s.email, s.password, address) for s in sign_ins(story)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
