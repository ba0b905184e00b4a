"""What reminders say: one mail about all that a client owes. The client's language is active when these are called."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from billing.dunning import Case
from billing.letters import Letter, in_words
from billing.models import DunningStep
from billing.statements import Statement
from core import mail
from core.errors import Refusal
from core.hosts import firm_url
from core.locales import written_day
from core.money import ZERO
from people.letterhead import letterhead
from people.models import LegalEntity

Tone = DunningStep.Tone
TEMPLATE = "billing/mail/reminder"
VARIABLES = ("client", "total", "firm")
PLACE = re.compile(r"\{([^{}]*)\}")


class UnknownVariable(Refusal):
    """A word in braces that stands for nothing."""


@dataclass(frozen=True)
class Row:
    """An invoice in the mail, as texts."""

    number: str
    title: str
    due: str
    amount: str
    url: str


def check_words(words: str) -> str:
    """The firm's own words, tidied. Raises UnknownVariable (field `words`) for a variable that there is not."""
    wrong = [name for name in PLACE.findall(words) if name not in VARIABLES]
    if wrong:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise UnknownVariable(f"{{{wrong[0]}}} stands for nothing. Use {known}.", field="words")
    return words.strip()


def total_of(cases: Sequence[Case]) -> Decimal:
    """What the mail asks for: open and not under way."""
    return sum((case.payable_amount for case in cases), ZERO)


def own_words(step: DunningStep | None, cases: Sequence[Case]) -> str:
    """The words that stand above the list: the step's own with its variables filled, else the usual ones."""
    tone = step.tone if step else Tone.FRIENDLY
    if step is None or not step.words:
        return usual_words(tone, cases)
    first = cases[0].invoice
    filled = {
        "client": first.client.billing_name,
        "total": in_words(total_of(cases), first.currency),
        "firm": first.entity.name,
    }
    return PLACE.sub(lambda match: filled[match[1]], step.words)


def usual_words(tone: str, cases: Sequence[Case]) -> str:
    """What a person would write in this tone, from greeting to regards."""
    parts = [gettext("Hello,"), _opening(tone, cases)]
    broken = [case for case in cases if case.is_promise_broken]
    if broken:
        days = {written_day(case.promise.until) for case in broken}  # type: ignore[union-attr, arg-type]
        parts.append(
            gettext("You had let us know that you would pay by %(day)s.") % {"day": ", ".join(sorted(days))}
        )
    parts.append(_closing(tone))
    parts.append(gettext("Kind regards\n%(firm)s") % {"firm": cases[0].invoice.entity.name})
    return "\n\n".join(parts)


def _opening(tone: str, cases: Sequence[Case]) -> str:
    count = len(cases)
    if not any(case.is_overdue for case in cases):
        if all(case.days_overdue == 0 for case in cases):
            return ngettext(
                "a short note: the invoice below is due today.",
                "a short note: the invoices below are due today.",
                count,
            )
        return ngettext(
            "a short note ahead: the invoice below is due soon.",
            "a short note ahead: the invoices below are due soon.",
            count,
        )
    if tone == Tone.FRIENDLY:
        return ngettext(
            "perhaps it slipped through: the invoice below is still open.",
            "perhaps they slipped through: the invoices below are still open.",
            count,
        )
    if tone == Tone.PLAIN:
        return ngettext(
            "we have not received your payment of the invoice below yet.",
            "we have not received your payment of the invoices below yet.",
            count,
        )
    if tone == Tone.FIRM:
        return ngettext(
            "the invoice below is overdue, and we have reminded you of it before. Please pay it now.",
            "the invoices below are overdue, and we have reminded you of them before. Please pay them now.",
            count,
        )
    return ngettext(
        "this is our last reminder of the invoice below. Please pay it within seven days, or call us today.",
        "this is our last reminder of the invoices below. Please pay them within seven days, or call us today.",
        count,
    )


def _closing(tone: str) -> str:
    if tone in (Tone.FRIENDLY, Tone.PLAIN):
        return gettext("If your payment is on its way already, please disregard this mail, and thank you.")
    return gettext("If something about it is not right, please answer this mail, so that we can settle it.")


def reminder_letter(cases: Sequence[Case], *, tone: str, message: str, links: Mapping[int, str]) -> Letter:
    """Subject, text and HTML of the mail about these invoices of one client, the longest due first.

    `links` are the texts of their pay links. The button pays the first of them; each has its own link beside it.
    """
    first = cases[0].invoice
    rows = [_row(case, links[case.invoice.pk]) for case in cases]
    context: dict[str, Any] = {
        **letterhead(first.entity),
        "client": first.client,
        "subject": _subject(tone, cases),
        "amount": in_words(total_of(cases), first.currency),
        "rows": rows,
        "is_one": len(rows) == 1,
        "has_overdue": any(case.is_overdue for case in cases),
        "pay_url": rows[0].url,
        "pays": rows[0].number,
        "message": message,
    }
    return mail.render_mail(TEMPLATE, context)


def _row(case: Case, link: str) -> Row:
    invoice = case.invoice
    return Row(
        number=invoice.number,
        title=invoice.title,
        due=due_words(case),
        amount=in_words(case.payable_amount, invoice.currency),
        url=firm_url(f"/pay/{link}/"),
    )


def due_words(case: Case) -> str:
    """Due November 5, 2026, 12 days overdue; or due today; or due in 7 days."""
    day = written_day(case.invoice.due_on, "medium") if case.invoice.due_on else ""
    if case.days_overdue == 0:
        return gettext("due today")
    if case.days_overdue < 0:
        return ngettext(
            "due %(day)s, in %(count)s day", "due %(day)s, in %(count)s days", -case.days_overdue
        ) % {"day": day, "count": -case.days_overdue}
    return ngettext(
        "due %(day)s, %(count)s day overdue", "due %(day)s, %(count)s days overdue", case.days_overdue
    ) % {"day": day, "count": case.days_overdue}


def _subject(tone: str, cases: Sequence[Case]) -> str:
    first = cases[0].invoice
    facts = {
        "number": first.number,
        "count": len(cases),
        "amount": in_words(total_of(cases), first.currency),
        "day": written_day(first.due_on) if first.due_on else "",
    }
    if len(cases) == 1:
        if not cases[0].is_overdue:
            return gettext("Invoice %(number)s: %(amount)s due %(day)s") % facts
        if tone == Tone.FINAL:
            return gettext("Last reminder: invoice %(number)s, %(amount)s was due %(day)s") % facts
        return gettext("Reminder: invoice %(number)s, %(amount)s was due %(day)s") % facts
    if tone == Tone.FINAL:
        return gettext("Last reminder: %(count)s invoices, %(amount)s open") % facts
    if any(case.is_overdue for case in cases):
        return gettext("Reminder: %(count)s invoices, %(amount)s open") % facts
    return gettext("%(count)s invoices due soon: %(amount)s") % facts


def statement_letter(statement: Statement, entity: LegalEntity) -> Letter:
    """Subject, text and HTML of the mail that brings a statement of account as PDF."""
    owed = statement.closing_amount
    day = written_day(statement.last_on)
    facts = {"firm": entity.name, "day": day, "amount": in_words(abs(owed), statement.currency)}
    context: dict[str, Any] = {
        **letterhead(entity),
        "amount": facts["amount"],
        "label": gettext("Your credit") if owed < 0 else gettext("Open"),
        "day": day,
        "subject": gettext("Statement of account, %(day)s: %(amount)s") % facts,
        "message": gettext(
            "Hello,\n\nhere is your statement of account as of %(day)s. If something on it does not agree with your "
            "books, please answer this mail.\n\nKind regards\n%(firm)s"
        )
        % facts,
        "invoices": [
            (item.invoice.number, item.invoice.title, in_words(item.open_amount, statement.currency))
            for item in statement.invoices
        ],
    }
    return mail.render_mail("billing/mail/statement", context)
