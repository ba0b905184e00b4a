"""manage.py take_bounce: reads a delivery report from standard input and notes that its mail came back.

For the mail server's alias of the sender's address: `bounces: "|… manage.py take_bounce"`.
"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import schema_context

from core import clock
from core.bouncing import Bounce, HasNotLeft, note_bounce, read_report
from core.models import Mail
from tenants.models import Firm


class Command(BaseCommand):
    help = "Notes on a mail that it came back, from the report of the other side's server (RFC 3464)."

    def handle(self, *args: Any, **options: Any) -> None:
        found = read_report(sys.stdin.buffer.read())
        answer = (
            _note(found) if found else {"noted": False, "why": "This is no report of a mail that came back."}
        )
        self.stdout.write(json.dumps(answer))


def _note(bounce: Bounce) -> dict[str, Any]:
    for firm in Firm.objects.working().order_by("slug"):
        with schema_context(firm.schema_name):
            mail = Mail.objects.filter(message_id=bounce.message_id).first()
            if mail is None:
                continue
            try:
                note_bounce(mail=mail, words=bounce.words, by=None, at=clock.now())
            except HasNotLeft as refusal:
                return {"noted": False, "firm": firm.slug, "mail": mail.pk, "why": refusal.message}
            return {"noted": True, "firm": firm.slug, "mail": mail.pk, "words": bounce.words}
    return {"noted": False, "why": "No firm has sent this mail."}
