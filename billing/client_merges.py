"""What billing says before two clients become one, and before they part again."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from billing.models import Retainer
from billing.retainers import held_for
from clients.models import Client
from clients.ports import Reference

# Documents of what was moved that came after the merge, and money in the books that was not moved with them.
SINCE = """
WITH merge AS (SELECT * FROM clients_clientmerge WHERE id = %(merge)s),
moved AS (
    SELECT table_name, row_id FROM clients_mergedvalue WHERE merge_id = %(merge)s AND column_name = 'client_id'
),
projects AS (SELECT row_id AS id FROM moved WHERE table_name = 'projects_project'),
invoices AS (SELECT row_id AS id FROM moved WHERE table_name = 'billing_invoice'),
credits AS (SELECT row_id AS id FROM moved WHERE table_name = 'billing_creditmemo'),
payments AS (SELECT row_id AS id FROM moved WHERE table_name = 'billing_payment'),
retainers AS (SELECT row_id AS id FROM moved WHERE table_name = 'billing_retainer'),
entries AS (
    SELECT entry_id AS id FROM billing_invoicejournal WHERE invoice_id IN (TABLE invoices)
    UNION SELECT unnest(ARRAY[entry_id, void_entry_id]) FROM billing_creditmemo WHERE id IN (TABLE credits)
    UNION SELECT entry_id FROM billing_paymentjournal WHERE payment_id IN (TABLE payments)
        OR payment_id IN (SELECT payment_id FROM billing_paymentapplication WHERE invoice_id IN (TABLE invoices))
    UNION SELECT unnest(ARRAY[entry_id, undo_entry_id]) FROM billing_paymentapplication
        WHERE invoice_id IN (TABLE invoices) OR payment_id IN (TABLE payments)
    UNION SELECT unnest(ARRAY[entry_id, undo_entry_id]) FROM billing_creditapplication
        WHERE invoice_id IN (TABLE invoices) OR credit_id IN (TABLE credits)
    UNION SELECT unnest(ARRAY[entry_id, undo_entry_id]) FROM billing_writeoff WHERE invoice_id IN (TABLE invoices)
    UNION SELECT unnest(ARRAY[entry_id, undo_entry_id]) FROM billing_refund
        WHERE credit_id IN (TABLE credits) OR payment_id IN (TABLE payments)
    UNION SELECT entry_id FROM billing_retainermovement WHERE retainer_id IN (TABLE retainers)
)
SELECT 'invoice', coalesce(nullif(invoice.number, ''), invoice.title)
FROM billing_invoice invoice, merge
WHERE invoice.client_id = merge.target_id AND invoice.id NOT IN (TABLE invoices) AND invoice.state <> 'VOID' AND (
    invoice.project_id IN (TABLE projects)
    OR EXISTS (
        SELECT 1 FROM billing_invoiceline line
        WHERE line.invoice_id = invoice.id AND line.project_id IN (TABLE projects)
    )
)
UNION ALL
SELECT 'credit memo', coalesce(nullif(credit.number, ''), credit.title)
FROM billing_creditmemo credit, merge
WHERE credit.client_id = merge.target_id AND credit.id NOT IN (TABLE credits) AND credit.state <> 'VOID'
    AND credit.invoice_id IN (TABLE invoices)
UNION ALL
SELECT 'payment', to_char(payment.amount, 'FM999,999,999,990.00')
FROM billing_payment payment, merge
WHERE payment.client_id = merge.target_id AND payment.id NOT IN (TABLE payments)
    AND payment.state IN ('PENDING', 'PROCESSING') AND payment.intended_invoice_id IN (TABLE invoices)
UNION ALL
SELECT 'late fee', late.number
FROM billing_latefee fee
    JOIN billing_invoice late ON late.id = fee.invoice_id
    JOIN billing_invoice document ON document.id = fee.fee_invoice_id, merge
WHERE fee.invoice_id IN (TABLE invoices) AND document.id NOT IN (TABLE invoices) AND document.state <> 'VOID'
    AND document.client_id = merge.target_id
UNION ALL
SELECT 'retainer', project.name
FROM billing_retainer retainer JOIN projects_project project ON project.id = retainer.project_id, merge
WHERE retainer.client_id = merge.target_id AND retainer.id NOT IN (TABLE retainers)
    AND retainer.project_id IN (TABLE projects)
UNION ALL
SELECT 'entry', entry.memo
FROM ledger_journalentry entry
WHERE entry.id IN (TABLE entries) AND EXISTS (
    SELECT 1 FROM ledger_journalline line, merge
    WHERE line.entry_id = entry.id AND line.client_id = merge.target_id
        AND line.id NOT IN (SELECT row_id FROM moved WHERE table_name = 'ledger_journalline')
)
LIMIT 1
"""
# A dispute, promise or pause is about its invoice, whoever's that is.
STOPS = """
UPDATE billing_dunningstop stop SET client_id = invoice.client_id
FROM billing_invoice invoice, clients_mergedvalue moved
WHERE moved.merge_id = %s AND moved.table_name = 'billing_invoice' AND moved.column_name = 'client_id'
    AND invoice.id = moved.row_id AND stop.invoice_id = invoice.id AND stop.client_id <> invoice.client_id
"""
WORDS = {
    "invoice": "Work of the merged client stands on {name} since. Delete the draft or void the invoice first.",
    "credit memo": "Credit memo {name} was made for one of its invoices since. Delete or void it first.",
    "payment": "A payment of {name} for one of its invoices is under way.",
    "late fee": "A late fee for its invoice {name} was charged since. Delete the draft or void it first.",
    "retainer": "A retainer was opened for its project {name} since.",
    "entry": "Money moved since on what the merged client brought: {name}. The two cannot part any more.",
}


def refusals(source_id: int, target_id: int) -> Sequence[str]:
    """Two retainers for all projects would have to be one, and money that is held never moves by itself."""
    held = held_for(client_id=source_id, on=date.max)
    wide = Retainer.objects.filter(project=None, client__in=[source_id, target_id]).order_by("client_id")
    kept = {(each.client_id, each.entity_id, each.currency) for each in wide}
    name = Client.objects.values_list("name", flat=True).get(pk=source_id)
    return [
        f"Both hold a retainer for all projects in {currency}. Use up or pay back that of {name} first."
        for client_id, entity_id, currency in sorted(kept)
        if client_id == source_id and (target_id, entity_id, currency) in kept and held.get(currency)
    ]


def references(source_id: int, target_id: int) -> Sequence[Reference]:
    """Nothing: billing's rows refer to clients by foreign keys."""
    return []


def undo_refusals(merge_id: int) -> Sequence[str]:
    """The first thing that ties what was moved to the client it went to. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"merge": merge_id})
        found = cursor.fetchone()
    return [WORDS[found[0]].format(name=found[1])] if found else []


def take_along(merge_id: int) -> None:
    """What stops the reminders of an invoice goes back with it, so that a dispute is not forgotten. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(STOPS, [merge_id])
