"""Fees for paying late: a document of their own, once for an invoice and step, drafted or issued as the step says."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from billing.dunning import Case, Plan, cases_of, open_bills, plan_now
from billing.dunning_promises import FeeIsCharged
from billing.editing import changing
from billing.issuing import issue_invoice
from billing.letters import in_words
from billing.models import DunningStep, Invoice, InvoiceLine, LateFee
from billing.reminding import their_days
from clients.models import PaymentTerms
from core import audit
from core.errors import Refusal
from core.money import round_amount
from core.promises import promises

logger = logging.getLogger(__name__)

Fee = DunningStep.Fee
FREE = ("", "nobody", "enough")
HUNDRED = Decimal(100)


def fee_of(step: DunningStep, open_amount: Decimal, currency: str) -> Decimal:
    """What paying late costs by a step: its amount, or so many percent of what is open, at least its minimum.

    In the invoice's currency, rounded half-up to its places, once.
    """
    if step.fee == Fee.FIXED:
        return round_amount(step.fee_amount, currency)
    share = round_amount(open_amount * step.fee_percent / HUNDRED, currency)
    return max(share, round_amount(step.fee_minimum_amount, currency))


def charge_late_fees(*, at: datetime, on: date | None = None) -> list[LateFee]:
    """Charges what invoices owe by the steps that they have reached today, or on the day `on`; returns the new fees.

    The latest step with a fee counts, so that steps that were missed do not pile up. Nothing that is disputed,
    promised, paused or on its way is charged, no late fee costs another one, and what was due before the step had a fee
    costs none. Running it twice charges nothing twice. Each fee is its own transaction: one that fails keeps no other.
    """
    plan = plan_now()
    steps = [step for step in plan.steps.values() if step.fee != Fee.NONE]
    if not plan.rules.is_active or not steps:
        return []
    latest = on or at.date() + timedelta(days=1)
    bills = open_bills(latest).filter(
        due_on__lte=latest - timedelta(days=min(step.days for step in steps)),
        late_fee_for=None,
        entity__is_active=True,
    )
    found = list(bills.select_related("client", "entity", "project"))
    days = their_days(found, plan, at, on)
    listed = cases_of(found, plan, days) if days else []
    known = set(
        LateFee.objects.filter(invoice__in=[case.invoice.pk for case in listed]).values_list(
            "invoice_id", "step_days"
        )
    )
    charged = [_charge(case, step, at) for case, step in _owing(listed, plan, steps, known)]
    return [fee for fee in charged if fee is not None]


def _owing(
    listed: Sequence[Case], plan: Plan, steps: Sequence[DunningStep], known: set[tuple[int, int]]
) -> list[tuple[Case, DunningStep]]:
    """The invoices that owe a fee now, each with its step."""
    owing = []
    for case in listed:
        reached = [step for step in steps if step.days <= case.days_overdue]
        if not reached or case.stop not in FREE:
            continue
        step = max(reached, key=lambda one: one.days)
        due_on = case.invoice.due_on
        is_older = step.fee_from is not None and due_on is not None and due_on < step.fee_from
        told = any((case.invoice.pk, days) in known for days in plan.steps if days >= step.days)
        if not is_older and not told:
            owing.append((case, step))
    return owing


def _charge(case: Case, step: DunningStep, at: datetime) -> LateFee | None:
    """One fee; None when somebody else charged it in this moment, or what is open changed."""
    try:
        with promises(), transaction.atomic():
            invoice = Invoice.objects.select_for_update().get(pk=case.invoice.pk)
            current = Invoice.objects.filter(pk=invoice.pk).open().first()
            if current is None or current.balance_amount != case.open_amount:
                return None
            amount = fee_of(step, case.payable_amount, invoice.currency)
            fee = LateFee.objects.create(
                invoice=invoice, step_days=step.days, amount=amount, charged_on=case.day
            )
            audit.acting("invoice.charge_late_fee", by=None, subject=invoice, amount=amount)
            fee.fee_invoice = _draft(case, amount)
            fee.save(update_fields=["fee_invoice"])
    except FeeIsCharged:
        return None
    if step.fee_action == DunningStep.FeeAction.ISSUE:
        _issue(fee, case.day, at)
    return fee


def _draft(case: Case, amount: Decimal) -> Invoice:
    """The document, with one line in the client's language. Late fees are not taxed."""
    late = case.invoice
    with translation.override(late.client.language):
        title = gettext("Late fee for invoice %(number)s") % {"number": late.number}
        words = gettext("Late fee for invoice %(number)s: %(amount)s open, %(count)s days overdue") % {
            "number": late.number,
            "amount": in_words(case.payable_amount, late.currency),
            "count": case.days_overdue,
        }
    usual = PaymentTerms.objects.filter(is_default=True).first()
    draft = Invoice.objects.create(
        entity=late.entity,
        client=late.client,
        project=late.project,
        currency=late.currency,
        title=title[:160],
        terms=late.client.payment_terms or usual,
        po_number=late.po_number,
        detail=Invoice.Detail.GROUPED,
    )
    with changing(draft, "invoice.draft", by=None, version=None) as open_draft:
        InvoiceLine.objects.create(
            invoice=open_draft,
            project=late.project,
            description=words[:300],
            computed_amount=amount,
            amount=amount,
            is_taxable=False,
        )
    return open_draft


def _issue(fee: LateFee, on: date, at: datetime) -> None:
    """Issues the draft; what keeps it from that is kept as the reason, and the draft waits for a person."""
    assert fee.fee_invoice is not None
    try:
        issue_invoice(invoice=fee.fee_invoice, by=None, on=on, at=at)
    except Refusal as refusal:
        with transaction.atomic():
            audit.acting("invoice.late_fee_waits", by=None, subject=fee.invoice, why=refusal.message)
            fee.reason = refusal.message[:400]
            fee.save(update_fields=["reason"])
        logger.info("the late fee for %s stays a draft: %s", fee.invoice.number, refusal.message)
