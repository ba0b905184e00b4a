"""Sending statements of account: one to a client now, and by the month to everybody of whom something is open."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation

from billing.access import ISSUE_INVOICES
from billing.dunning_promises import StatementIsOut
from billing.letters import Letter
from billing.models import DunningRules, Invoice, SentStatement
from billing.recipients import recipients_by_client
from billing.reminder_letters import statement_letter
from billing.statement_paper import statement_file_name, statement_pdf
from billing.statements import Statement, statement_of
from clients.entities import EntityBook, entity_book, entity_of
from clients.models import Client
from core import audit, mail
from core.errors import Refusal
from core.files import PDF, store
from core.mail import check_addresses
from core.models import Mail
from core.promises import promises
from people.access import require
from people.models import LegalEntity, User

KIND = "billing.statement"
ONE_DAY = timedelta(days=1)
logger = logging.getLogger(__name__)


class NobodyToSendTo(Refusal):
    """No address."""

    sentence = "Enter an e-mail address. The client has no contact that gets invoices yet."


def send_statement(
    *,
    client: Client,
    last_on: date,
    by: User | None,
    at: datetime,
    first_on: date | None = None,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
    month_on: date | None = None,
) -> SentStatement:
    """Mails a statement as PDF, by default to the client's billing contacts; what was sent is kept as it was.

    It can be taken back for 15 seconds. With `month_on` once for a client and month. Raises NotAllowed, DaysAreWrong,
    NobodyToSendTo, NotAnAddress (field `to` or `cc`), StatementIsOut.
    """
    require(by, ISSUE_INVOICES)
    people = recipients_by_client([client.pk]).get(client.pk)
    receivers = check_addresses(to if to is not None else people.to if people else [], "to")
    copies = check_addresses(cc if cc is not None else people.cc if people else [], "cc")
    if not receivers:
        raise NobodyToSendTo(field="to")
    entity = entity_of(client)
    with translation.override(client.language):
        statement = statement_of(client, last_on=last_on, first_on=first_on)
        letter = statement_letter(statement, entity)
    printed = statement_pdf(statement, entity)
    with promises(), transaction.atomic():
        sent = _claim(statement, month_on, by)
        audit.acting("client.send_statement", by=by, subject=client, last_on=last_on, to=receivers)
        sent.pdf = store(statement_file_name(client.name, last_on), printed, "statement", expect={PDF})
        sent.mail = _post(sent, entity, letter, receivers, copies, at)
        sent.save(update_fields=["pdf", "mail"])
    return sent


def _claim(statement: Statement, month_on: date | None, by: User | None) -> SentStatement:
    return SentStatement.objects.create(
        client=statement.client,
        currency=statement.currency,
        first_on=statement.first_on,
        last_on=statement.last_on,
        closing_amount=statement.closing_amount,
        month_on=month_on,
        by_name=by.name if by else "",
    )


def _post(
    sent: SentStatement,
    entity: LegalEntity,
    letter: Letter,
    to: Sequence[str],
    cc: Sequence[str],
    at: datetime,
) -> Mail:
    subject, text, html = letter
    assert sent.pdf is not None
    return mail.post(
        KIND,
        to=to,
        cc=cc,
        person_key=f"client:{sent.client_id}",
        subject_key=f"statement-{sent.pk}",
        subject=subject,
        text=text,
        html=html,
        attachments=[sent.pdf],
        reply_to=[entity.email] if entity.email else [],
        from_name=entity.name,
        delay_seconds=mail.UNDO_SECONDS if sent.by_name else 0,
        related=sent,
        at=at,
    )


def run_statements(*, at: datetime, on: date | None = None) -> list[SentStatement]:
    """Sends the statements of the month before to clients of whom something is open, from the firm's day of the month
    on; returns the new ones. Missed days are caught up within the month; twice sends nothing twice.

    One that fails keeps no other from going; it is tried again the next time.
    """
    rules = DunningRules.objects.get(pk=1)
    if rules.statement_day is None:
        return []
    entities = entity_book()
    sent = []
    for client, today in _owing(entities, at, on):
        if today.day < rules.statement_day:
            continue
        last_on = today.replace(day=1) - ONE_DAY
        month_on = last_on.replace(day=1)
        try:
            sent.append(
                send_statement(
                    client=client, first_on=month_on, last_on=last_on, month_on=month_on, by=None, at=at
                )
            )
        except (StatementIsOut, NobodyToSendTo):
            continue
        except (Refusal, OSError, IntegrityError):
            logger.exception("the statement of client %s was not sent", client.pk)
    return sent


def _owing(entities: EntityBook, at: datetime, on: date | None) -> list[tuple[Client, date]]:
    """Clients of whom something is open, that have not had the month's statement, with the date where the company is
    that bills them. Two statements."""
    owing = Invoice.objects.open().filter(kind=Invoice.Kind.INVOICE).values("client")
    found = Client.objects.filter(pk__in=owing).order_by("pk")
    dated = [(client, on or entities.today_of(client, at)) for client in found]
    had = set(
        SentStatement.objects.filter(month_on__in={month_before(day) for _, day in dated}).values_list(
            "client", "month_on"
        )
    )
    return [(client, day) for client, day in dated if (client.pk, month_before(day)) not in had]


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - ONE_DAY).replace(day=1)
