"""Our records in QuickBooks's words (integrations.md A4). Read under the lock of the record that is posted.

Amounts are sent as they stand here, to the cent. A quantity and a unit price go along only where their rounded product
is the amount, since QuickBooks refuses anything else (6070).
"""

from decimal import Decimal
from typing import Any

from billing.models import Invoice, InvoiceLine, Payment, PaymentApplication
from clients.models import Client
from core.errors import Refusal
from core.hosts import schema
from core.money import ZERO, round_amount, round_places
from integrations.links import links_of
from integrations.models import ExternalLink
from integrations.quickbooks.company_books import Books
from integrations.quickbooks.items import Items, codes_of_lines
from integrations.quickbooks.kinds import INVOICE, KINDS
from integrations.quickbooks.mapping import CLIENT, STAFF, TERMS
from integrations.quickbooks.tokens import PROVIDER
from timesheets.models import TimeEntry

Body = dict[str, Any]

# Digits that QuickBooks keeps of a quantity.
QUANTITY_PLACES = 7
LONGEST_NOTE, LONGEST_REFERENCE, LONGEST_NAME = 4000, 21, 500
FORBIDDEN_IN_NAMES = str.maketrans({":": "-", "\t": " ", "\n": " ", "\r": " "})


class LinkIsMissing(Refusal):
    """What the record refers to is not in QuickBooks; `facts` of a later try may differ."""

    sentence = "Something that this refers to is not in QuickBooks yet."


def marker(kind: str, local_id: int) -> str:
    """What stands in the private note of everything that we made: our firm, the kind and the id."""
    return f"psa:{schema()}:{kind}:{local_id}"


def _ref(remote_id: str) -> Body:
    return {"value": remote_id}


def linked(account_id: str, local_kind: str, local_id: int | None) -> ExternalLink:
    """The link in use. Raises LinkIsMissing."""
    found = links_of(PROVIDER, account_id, local_kind, [local_id]) if local_id else {}
    if not found:
        raise LinkIsMissing
    return next(iter(found.values()))


def customer(client: Client, books: Books) -> Body:
    """A client as a customer. Names there hold no colon, tab or newline. Its currency can never be changed there."""
    body: Body = {"DisplayName": customer_name(client), "CompanyName": client.billing_name[:LONGEST_NAME]}
    if books.has_currencies:
        body["CurrencyRef"] = _ref(client.currency)
    if client.billing_address:
        body["BillAddr"] = {
            f"Line{number}": line[:500]
            for number, line in enumerate(client.billing_address.splitlines()[:5], 1)
        }
    return body


def customer_name(client: Client) -> str:
    return " ".join(client.name.translate(FORBIDDEN_IN_NAMES).split())[:LONGEST_NAME]


def invoice(bill: Invoice, account_id: str, items: Items, books: Books) -> Body:
    """An issued invoice: each line with its amount, our number, the tax as we computed it. Raises LinkIsMissing."""
    lines = list(InvoiceLine.objects.filter(invoice=bill))
    codes = codes_of_lines([bill.pk])
    taxed = bill.tax_amount != ZERO
    body: Body = {
        "DocNumber": bill.number,
        "TxnDate": bill.issued_on,
        "DueDate": bill.due_on,
        "CustomerRef": _ref(linked(account_id, CLIENT, bill.client_id).remote_id),
        "PrivateNote": marker(INVOICE, bill.pk),
        "Line": [
            _line(
                line,
                items.of_line(line.item_id, codes.get(line.pk)),
                bill.currency,
                _tax_code(line, taxed, books),
            )
            for line in lines
        ],
    }
    terms = links_of(PROVIDER, account_id, TERMS, [bill.terms_id]) if bill.terms_id else {}
    if terms:
        body["SalesTermRef"] = _ref(next(iter(terms.values())).remote_id)
    if taxed:
        body["TxnTaxDetail"] = {"TotalTax": bill.tax_amount}
    return body | _currency(bill, books)


def _currency(document: Invoice | Payment, books: Books) -> Body:
    """The currency, and the rate that the document was frozen with where their home currency is our entity's. Without
    one QuickBooks takes its own of the day."""
    if not books.has_currencies:
        return {}
    found: Body = {"CurrencyRef": _ref(document.currency)}
    if document.exchange_rate is not None and books.currency == document.entity.currency:
        found["ExchangeRate"] = document.exchange_rate
    return found


def _tax_code(line: InvoiceLine, taxed: bool, books: Books) -> str:
    """TAX or NON, said on each line: where sales tax is automatic, silence may be taxed. Empty where it is off."""
    if taxed:
        return "TAX" if line.tax_code_id else "NON"
    return "NON" if books.has_sales_tax and books.is_american else ""


def _line(line: InvoiceLine, item: str, currency: str, tax_code: str) -> Body:
    if not item:
        raise LinkIsMissing
    detail: Body = {"ItemRef": _ref(item)}
    if tax_code:
        detail["TaxCodeRef"] = _ref(tax_code)
    quantity = round_places(Decimal(line.minutes) / line.rate_minutes, QUANTITY_PLACES)
    rate = line.rate_amount
    if rate is not None and quantity and round_amount(quantity * rate, currency) == line.net_amount:
        detail |= {"Qty": quantity, "UnitPrice": rate}
    return {
        "DetailType": "SalesItemLineDetail",
        # Without its discounts and the tax that its price contains: the tax is told apart.
        "Amount": round_amount(line.net_amount, currency),
        "Description": f"{line.group}: {line.description}" if line.group else line.description,
        "SalesItemLineDetail": detail,
    }


def payment(paid: Payment, account_id: str, items: Items, books: Books) -> Body:
    """A received payment with the invoices it pays; the rest is credit there too. Raises LinkIsMissing."""
    parts = list(PaymentApplication.objects.standing().filter(payment=paid))
    bills = links_of(PROVIDER, account_id, KINDS[INVOICE].local, [part.invoice_id for part in parts])
    if len(bills) < len(parts):
        raise LinkIsMissing
    body: Body = {
        "CustomerRef": _ref(linked(account_id, CLIENT, paid.client_id).remote_id),
        "TotalAmt": paid.amount,
        "TxnDate": paid.received_on,
        "PrivateNote": marker("payment", paid.pk),
        "Line": [
            {
                "Amount": part.amount,
                "LinkedTxn": [{"TxnId": bills[part.invoice_id].remote_id, "TxnType": "Invoice"}],
            }
            for part in parts
        ],
    }
    if paid.reference:
        body["PaymentRefNum"] = paid.reference[:LONGEST_REFERENCE]
    if items.deposit_account:
        body["DepositToAccountRef"] = _ref(items.deposit_account)
    return body | _currency(paid, books)


def time_activity(entry: TimeEntry, account_id: str, items: Items, books: Books) -> Body:
    """Approved time, not billable there: the invoice comes from here. Raises LinkIsMissing."""
    person = linked(account_id, STAFF, entry.staff_id)
    item = items.of(entry.labor_code_id)
    if not item:
        raise LinkIsMissing
    hours, minutes = divmod(entry.worked_minutes, 60)
    body: Body = {
        "NameOf": person.remote_type,
        f"{person.remote_type}Ref": _ref(person.remote_id),
        "TxnDate": entry.worked_on,
        "Hours": hours,
        "Minutes": minutes,
        "ItemRef": _ref(item),
        "BillableStatus": "NotBillable",
        "Description": _description(entry)[:LONGEST_NOTE],
    }
    customer_link = links_of(PROVIDER, account_id, CLIENT, [entry.project.client_id])
    if customer_link:
        body["CustomerRef"] = _ref(next(iter(customer_link.values())).remote_id)
    elif entry.project.is_billable:
        raise LinkIsMissing
    return body


def _description(entry: TimeEntry) -> str:
    words = f"{entry.project.name}, {entry.task.name}"
    return f"{words}: {entry.note}" if entry.note else words
