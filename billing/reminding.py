"""Reminding clients of open invoices: one mail for each client, at most one a day, and none of what is stopped.

The schedule and a person who presses *Remind* take the same claim, a row of (client, day) that the database takes once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from billing.access import ISSUE_INVOICES
from billing.dunning import Case, Plan, cases, cases_of, open_bills, plan_now
from billing.dunning_days import is_working_day, local_time
from billing.dunning_promises import RemindedToday
from billing.models import DunningStep, Invoice, InvoiceDocument, PaymentReminder, RemindedInvoice
from billing.recipients import Recipients, pay_links, recipients_by_client
from billing.reminder_letters import own_words, reminder_letter, total_of
from clients.models import Client
from core import audit, mail
from core.errors import Refusal
from core.letters import Letter, post_many
from core.mail import check_addresses
from core.models import Mail
from core.promises import promises
from people.access import require
from people.models import User

KIND = "billing.reminder"
# More than that is a parcel, not a mail; each invoice has its link.
MOST_PDFS = 5
CHUNK = 500

# In one order, so that of two schedules at once the later one waits for the earlier one and finds its rows taken.
CLAIM = """
INSERT INTO billing_paymentreminder (client_id, day, tone, currency, amount, by_name)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::text[], %s::numeric[], %s::text[]) ORDER BY 1, 2
ON CONFLICT DO NOTHING
RETURNING id, client_id
"""


class NothingToRemind(Refusal):
    """Nothing is open, or everything is stopped."""

    sentence = "Nothing of this client can be reminded of now. Choose at least one invoice."


class NobodyToRemind(Refusal):
    """No address."""

    sentence = "Enter an e-mail address. The client has no contact that gets invoices yet."


@dataclass(frozen=True)
class Wish:
    """A mail that a client should get. The invoices stand with the longest due first."""

    client: Client
    day: date
    tone: str
    cases: tuple[Case, ...]
    people: Recipients
    message: str

    @property
    def currency(self) -> str:
        return self.cases[0].invoice.currency


@dataclass(frozen=True)
class Preview:
    """What *Remind now* would send, and what it leaves out with the reasons."""

    wish: Wish | None
    cases: list[Case]
    subject: str = ""


def run_reminders(*, at: datetime, on: date | None = None) -> list[PaymentReminder]:
    """Reminds whoever is due by the firm's steps, by each client's clock, on its working days; returns the new mails.

    `on` stands for today everywhere, at whatever hour: for running a given day. Running it twice sends nothing twice.
    A constant number of statements for each 500 clients.
    """
    plan = plan_now()
    if not plan.rules.is_active or not plan.steps:
        return []
    latest = on or at.date() + timedelta(days=1)
    found = list(open_bills(latest).filter(due_on__lte=latest - timedelta(days=plan.days[0])))
    days = their_days(found, plan, at, on)
    listed = cases_of(found, plan, days) if days else []
    people = recipients_by_client(days) if days else {}
    wishes = [
        _wish(group, plan, people[client_id])
        for client_id, group in _by_client(listed).items()
        if any(case.is_due for case in group)
    ]
    sent: list[PaymentReminder] = []
    for first in range(0, len(wishes), CHUNK):
        sent += _claim_and_post(wishes[first : first + CHUNK], by=None, at=at)
    return sent


def their_days(found: Sequence[Any], plan: Plan, at: datetime, on: date | None) -> dict[int, date]:
    """The day of each client whose hour has come and who works on it."""
    days: dict[int, date] = {}
    for invoice in found:
        client = invoice.client
        if client.pk in days:
            continue
        now = local_time(at, client.time_zone, invoice.entity.time_zone)
        day = on or now.date()
        if (on or now.hour >= plan.rules.hour) and is_working_day(day, client.country):
            days[client.pk] = day
    return days


def _by_client(listed: Sequence[Case]) -> dict[int, list[Case]]:
    groups: defaultdict[int, list[Case]] = defaultdict(list)
    for case in listed:
        groups[case.invoice.client_id].append(case)
    return groups


def _wish(group: Sequence[Case], plan: Plan, people: Recipients) -> Wish:
    """The mail of a client by itself: what is due to be told, and whatever else is overdue and not stopped."""
    told = tuple(case for case in group if case.is_due or (case.is_overdue and not case.stop))
    level = max(case.level for case in told if case.is_due and case.level is not None)
    step = plan.step_of(level)
    client = told[0].invoice.client
    with translation.override(client.language):
        message = own_words(step, told)
    return Wish(client, told[0].day, plan.tone_of(level), told, people, message)


def preview_reminder(
    client: Client, *, on: date, invoice_ids: Sequence[int] | None = None, message: str | None = None
) -> Preview:
    """What *Remind now* would send on a day: by itself all that is overdue and not stopped, else all that is open.

    With `invoice_ids` these, also those that are disputed, promised or paused: a person decided so. Nine statements.
    """
    plan = plan_now()
    group = cases(on, client=client, plan=plan)
    chosen = _chosen(group, invoice_ids)
    if not chosen:
        return Preview(None, group)
    levels = [case.level for case in chosen if case.level is not None]
    step = plan.step_of(max(levels, default=None))
    people = recipients_by_client([client.pk]).get(client.pk, Recipients([], []))
    with translation.override(client.language):
        words = own_words(step, chosen) if message is None else message
        tone = step.tone if step else DunningStep.Tone.FRIENDLY
        links = dict.fromkeys((case.invoice.pk for case in chosen), "")
        subject = reminder_letter(chosen, tone=tone, message=words, links=links)[0]
    return Preview(Wish(client, on, tone, tuple(chosen), people, words), group, subject)


def _chosen(group: Sequence[Case], invoice_ids: Sequence[int] | None) -> list[Case]:
    """Never what is paid or on its way: nobody is asked twice for the same money."""
    payable = [case for case in group if case.payable_amount > 0]
    if invoice_ids is not None:
        return [case for case in payable if case.invoice.pk in set(invoice_ids)]
    free = [case for case in payable if case.stop in ("", "nobody", "enough")]
    return [case for case in free if case.is_overdue] or free


def remind_client(
    *,
    client: Client,
    by: User | None,
    on: date,
    at: datetime,
    invoice_ids: Sequence[int] | None = None,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
    message: str | None = None,
) -> PaymentReminder:
    """Sends a reminder now, once on the client's day `on`, whoever else sends it. It can be taken back for 15 seconds.

    Raises NotAllowed, NothingToRemind, NobodyToRemind, NotAnAddress (field `to` or `cc`), RemindedToday.
    """
    require(by, ISSUE_INVOICES)
    wish = preview_reminder(client, on=on, invoice_ids=invoice_ids, message=message).wish
    if wish is None:
        raise NothingToRemind(field="invoices")
    people = Recipients(
        to=check_addresses(wish.people.to if to is None else to, "to"),
        cc=check_addresses(wish.people.cc if cc is None else cc, "cc"),
    )
    if not people.to:
        raise NobodyToRemind(field="to")
    asked = Wish(client, on, wish.tone, wish.cases, people, wish.message)
    sent = _claim_and_post([asked], by=by, at=at, delay_seconds=mail.UNDO_SECONDS)
    if not sent:
        raise RemindedToday
    return sent[0]


def _claim_and_post(
    wishes: Sequence[Wish], *, by: User | None, at: datetime, delay_seconds: int = 0
) -> list[PaymentReminder]:
    """Claims the mails and queues what nobody else has claimed; a worker that dies before its end has claimed none."""
    with promises(), transaction.atomic():
        claimed = _claim(wishes, by)
        mine = [wish for wish in wishes if wish.client.pk in claimed]
        if not mine:
            return []
        asked = [case for wish in mine for case in wish.cases]
        RemindedInvoice.objects.bulk_create(
            RemindedInvoice(
                reminder_id=claimed[case.invoice.client_id],
                invoice=case.invoice,
                step_days=case.level,
                open_amount=case.payable_amount,
            )
            for case in asked
        )
        subject = mine[0].client if len(mine) == 1 else None
        audit.acting("client.remind", by=by, subject=subject, clients=[wish.client.pk for wish in mine])
        links = pay_links([case.invoice for case in asked], at=at)
        files = _files(mine)
        leaves_at = at + timedelta(seconds=delay_seconds)
        letters = [
            _letter(wish, claimed[wish.client.pk], links, files.get(wish.client.pk, ()), leaves_at)
            for wish in mine
        ]
        posted = post_many(KIND, letters, at=at, related_kind=PaymentReminder._meta.label_lower)
        return _tie(posted)


def _claim(wishes: Sequence[Wish], by: User | None) -> dict[int, int]:
    """The new rows' ids by client."""
    name = by.name if by else ""
    rows = [
        (wish.client.pk, wish.day, wish.tone, wish.currency, total_of(wish.cases), name) for wish in wishes
    ]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [list(column) for column in zip(*rows, strict=True)])
        return {client_id: pk for pk, client_id in cursor.fetchall()}


def _files(wishes: Sequence[Wish]) -> dict[int, tuple[int, ...]]:
    """The PDFs that go with each client's mail: those that are made already. One statement."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    invoices = [case.invoice.pk for wish in wishes for case in wish.cases[:MOST_PDFS]]
    documents = InvoiceDocument.objects.filter(invoice__in=invoices, pdf__isnull=False)
    for document in documents.select_related("pdf", "invoice").order_by("invoice__due_on", "pk"):
        if document.pdf is not None and document.pdf.path.exists():
            found[document.invoice.client_id].append(document.pdf.pk)
    return {client_id: tuple(files) for client_id, files in found.items()}


def _letter(
    wish: Wish, pk: int, links: dict[int, str], files: tuple[int, ...], leaves_at: datetime
) -> Letter:
    with translation.override(wish.client.language):
        subject, text, html = reminder_letter(wish.cases, tone=wish.tone, message=wish.message, links=links)
    entity = wish.cases[0].invoice.entity
    return Letter(
        to=wish.people.to[0],
        also=tuple(wish.people.to[1:]),
        cc=tuple(wish.people.cc),
        person_key=f"client:{wish.client.pk}",
        subject_key=f"reminder-{pk}",
        subject=subject,
        text=text,
        html=html,
        from_name=entity.name,
        reply_to=entity.email,
        related_id=str(pk),
        not_before=leaves_at,
        files=files,
    )


def _tie(posted: Sequence[Mail]) -> list[PaymentReminder]:
    """Each claim with its mail."""
    mails = {int(one.related_id): one for one in posted}
    reminders = list(
        PaymentReminder.objects.filter(pk__in=mails).select_related("client").order_by("client_id")
    )
    for reminder in reminders:
        reminder.mail = mails[reminder.pk]
    PaymentReminder.objects.bulk_update(reminders, ["mail"])
    return reminders


def call_off_reminder(*, reminder: PaymentReminder, by: User | None, at: datetime) -> PaymentReminder:
    """Takes a reminder back that has not left yet; it counts for nothing then. Raises NotAllowed, MailHasLeft."""
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        found = PaymentReminder.objects.select_for_update().get(pk=reminder.pk)
        if found.mail_id is None or not mail.take_back([found.mail_id], by=by, at=at):
            raise mail.MailHasLeft
        audit.acting("client.call_off_reminder", by=by, subject=found.client)
        found.called_off_at = at
        found.save(update_fields=["called_off_at"])
    return found


def call_off_waiting(*, invoice_ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Takes back the reminders of these invoices that no worker has claimed yet; returns how many.

    What else they reminded of is due again at once, in another mail. Two statements where nothing waits.
    """
    waiting = PaymentReminder.objects.filter(
        called_off_at=None, mail__state=Mail.State.QUEUED, invoices__invoice__in=invoice_ids
    )
    ids = set(waiting.values_list("mail_id", flat=True))
    if not ids:
        return 0
    with transaction.atomic():
        gone = mail.take_back(ids, by=by, at=at)
        PaymentReminder.objects.filter(mail__in=gone).update(called_off_at=at)
    return len(gone)


def stop_on_payment(sender: Any, invoice: Invoice, at: datetime, **facts: Any) -> None:
    """Receiver of what settles an invoice: nobody is reminded of what was just paid."""
    call_off_waiting(invoice_ids=[invoice.pk], by=facts.get("by"), at=at)
