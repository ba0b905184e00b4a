"""Credit memos of the last days: one takes back a part of an invoice, one is kept for the next."""

from billing.credit_lines import LineWish
from billing.crediting import FreeLine, draft_credit, draft_free_credit
from billing.issuing_credits import issue_credit
from billing.models import CreditMemo, Invoice, InvoiceLine
from psa.demo.cast import Stage
from psa.demo.story import Credited


def give_credit(stage: Stage) -> None:
    """After the months were billed."""
    for told in stage.story.credits:
        credit = _of_an_invoice(stage, told) if told.project else _of_nothing(stage, told)
        on = stage.calendar.today
        issue_credit(credit=credit, by=stage.finance, on=on, at=stage.calendar.at)


def _of_an_invoice(stage: Stage, told: Credited) -> CreditMemo:
    """Of the largest line of the project's oldest invoice that is open."""
    open_ones = Invoice.objects.open().filter(project=stage.projects[told.project])
    invoice = open_ones.order_by("issued_on", "pk")[0]
    line = InvoiceLine.objects.filter(invoice=invoice).order_by("-amount")[0]
    wish = LineWish(line.pk, amount=told.amount)
    return draft_credit(
        invoice=invoice, lines=[wish], reason=told.reason, message=told.title, by=stage.finance
    )


def _of_nothing(stage: Stage, told: Credited) -> CreditMemo:
    return draft_free_credit(
        client=stage.clients[told.client],
        title=told.title,
        lines=[FreeLine(told.title, told.amount)],
        reason=told.reason,
        by=stage.finance,
    )
