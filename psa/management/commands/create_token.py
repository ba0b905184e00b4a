"""manage.py create_token: a token of the API, without a browser. JSON on standard output."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from people.issuing import SCOPES, issue_token
from people.models import User
from tenants.models import Firm


class Command(BaseCommand):
    help = "Makes a token of the API for one person of a firm and prints it as JSON: it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--firm", required=True, metavar="SLUG", help="first part of the firm's host")
        parser.add_argument(
            "--user", default="", metavar="E-MAIL", help="of whom; by default the firm's owner"
        )
        parser.add_argument("--name", default="Command line", help="what will use it")
        parser.add_argument(
            "--scopes", default="all", help=f"all, or some with commas between them: {', '.join(SCOPES)}"
        )
        parser.add_argument("--days", type=int, default=0, help="after how many days it ends; 0 for never")

    def handle(self, *args: Any, **options: Any) -> None:
        firm = Firm.objects.working().filter(slug=options["firm"]).first()
        if firm is None:
            raise CommandError(f"There is no firm {options['firm']}.")
        with schema_context(firm.schema_name):
            self.stdout.write(json.dumps(self._issue(firm, options), indent=2))

    def _issue(self, firm: Firm, options: dict[str, Any]) -> dict[str, Any]:
        user = _person(options["user"])
        asked = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        at = clock.now()
        expires_at = at + timedelta(days=options["days"]) if options["days"] > 0 else None
        try:
            token, raw = issue_token(
                user=user,
                name=options["name"],
                scopes=SCOPES if asked == ["all"] else asked,
                by=None,
                at=at,
                expires_at=expires_at,
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        return {
            "token": raw,
            "id": token.pk,
            "name": token.name,
            "scopes": token.scopes,
            "expires_at": token.expires_at.isoformat() if token.expires_at else None,
            "user": {"id": user.pk, "email": user.email, "name": user.name},
            "firm": {"name": firm.name, "slug": firm.slug},
            "api_url": firm_url("/api/v1"),
        }


def _person(email: str) -> User:
    found = User.objects.filter(is_active=True)
    found = found.filter(email__iexact=email) if email else found.filter(roles__is_owner=True).order_by("pk")
    person = found.first()
    if person is None:
        raise CommandError(
            f"Nobody who may sign in has the e-mail {email}." if email else "The firm has no owner."
        )
    return person
