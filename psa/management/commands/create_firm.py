"""manage.py create_firm: a firm with its owner, without a browser. JSON on standard output."""

import json
import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from people import time_zones
from people.models import Role, User
from psa.forms import SignUpForm
from psa.founding import HAND_OVER_SECONDS, found_firm, slug_of
from tenants.models import Firm


class Command(BaseCommand):
    help = (
        "Founds a firm with its owner and prints both as JSON, with a link that signs the owner in once within a "
        "minute. Without a password the owner can sign in by that link, or set one by Forgot password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="what the firm is called")
        parser.add_argument("--slug", default="", help="first part of its host; by default made of the name")
        parser.add_argument("--owner-name", required=True)
        parser.add_argument("--owner-email", required=True)
        parser.add_argument(
            "--time-zone", default="UTC", help="of the firm and its owner, such as America/New_York"
        )
        parser.add_argument(
            "--password-from",
            metavar="VARIABLE",
            default="",
            help="environment variable that holds the owner's password; a command line is seen by others",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fields = self._clean(options)
        at = clock.now()
        try:
            firm, ticket = found_firm(**fields, at=at)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        with schema_context(firm.schema_name):
            told = describe(firm)
            told["hand_over_url"] = firm_url(f"/hand-over/{ticket}/")
            told["hand_over_expires_at"] = (at + timedelta(seconds=HAND_OVER_SECONDS)).isoformat()
        self.stdout.write(json.dumps(told, indent=2))

    def _clean(self, options: dict[str, Any]) -> dict[str, Any]:
        """By the rules of the sign-up page."""
        variable = options["password_from"]
        if variable and not os.environ.get(variable):
            raise CommandError(f"The environment variable {variable} is empty.")
        if time_zones.known(options["time_zone"], "") != options["time_zone"]:
            raise CommandError(f"--time-zone: {options['time_zone']} is not known; one is America/New_York.")
        typed = {name: options[name] for name in ("name", "slug", "owner_name", "owner_email", "time_zone")}
        typed["slug"] = typed["slug"] or slug_of(typed["name"])
        form = SignUpForm(typed | {"password": os.environ.get(variable, "") if variable else ""})
        form.fields["password"].required = bool(variable)
        if not form.is_valid():
            wrong = [
                f"--{field.replace('_', '-')}: {' '.join(map(str, words))}"
                for field, words in form.errors.items()
            ]
            raise CommandError("\n".join(wrong))
        return form.cleaned_data | {"password": form.cleaned_data["password"] or None}


def describe(firm: Firm) -> dict[str, Any]:
    """The firm that is entered, its address, and its owner."""
    owner = User.objects.filter(roles=Role.objects.get(is_owner=True), is_active=True).order_by("pk")[0]
    staff = owner.staff_member
    return {
        "firm": {"id": firm.pk, "name": firm.name, "slug": firm.slug, "schema": firm.schema_name},
        "host": f"{firm.slug}.{settings.BASE_DOMAIN}",
        "url": firm_url("/"),
        "api_url": firm_url("/api/v1"),
        "owner": {
            "id": owner.pk,
            "email": owner.email,
            "name": owner.name,
            "staff_id": staff.pk if staff else None,
        },
    }
