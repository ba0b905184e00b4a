"""Bills, purchases, journal entries."""

from decimal import Decimal

from sandbox.quickbooks import lines as lines_
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.documents import due_on
from sandbox.quickbooks.faults import Fault, broken, missing
from sandbox.quickbooks.lists import check_tracking
from sandbox.quickbooks.money import number
from sandbox.quickbooks.references import currency
from sandbox.quickbooks.work import Work
from sandbox.store import Body

ZERO = Decimal(0)
_ACCOUNT, _ITEM = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"
_KINDS = {"Check": "Bank", "CreditCard": "Credit Card"}


def complete_bill(work: Work) -> None:
    """Raises Fault 2020, 2250, 2220, 5030, 6000, 6070, 6310, 6320, 6440."""
    record, company = work.record, work.company
    if not record.get("VendorRef", {}).get("value"):
        raise missing("VendorRef")
    vendor = company.read("Vendor", record["VendorRef"]["value"]) or {}
    record.setdefault("TxnDate", company.today().isoformat())
    check_tracking(company, record)
    currency(company, record, vendor)
    record["TotalAmt"] = record["Balance"] = _expenses(work)
    if not record.get("APAccountRef"):
        account = next(a for a in company.all("Account") if a["AccountType"] == "Accounts Payable")
        record["APAccountRef"] = {"value": account["Id"], "name": account["Name"]}
    if "SalesTermRef" not in record and "TermRef" in vendor:
        record["SalesTermRef"] = dict(vendor["TermRef"])
    if not record.get("DueDate"):
        record["DueDate"] = due_on(company, record["TxnDate"], record.get("SalesTermRef")).isoformat()


def complete_purchase(work: Work) -> None:
    """Raises Fault 2020, 2170, 2250, 2220, 5030, 6000, 6070, 6310, 6320, 6430, 6440."""
    record, company = work.record, work.company
    kind = record.get("PaymentType")
    if not kind:
        raise missing("PaymentType")
    if kind not in ("Cash", "Check", "CreditCard"):
        raise Fault("2170", "Invalid Enumeration", f"Invalid Enumeration : {kind}", "PaymentType")
    if work.prior and work.prior["PaymentType"] != kind:
        raise broken("PaymentType cannot be changed.", "PaymentType")
    if not record.get("AccountRef", {}).get("value"):
        raise missing("AccountRef")
    _check_account(company, record, kind)
    if record.get("Credit") and kind != "CreditCard":
        raise broken("Only a credit card has credits.", "Credit")
    record.setdefault("TxnDate", company.today().isoformat())
    record.pop("GlobalTaxCalculation", None)
    check_tracking(company, record)
    payee = record.get("EntityRef", {})
    found = company.read(payee["type"], payee["value"]) if payee.get("type") and payee.get("value") else None
    currency(company, record, found)
    record["TotalAmt"] = _expenses(work)


def _check_account(company: Company, record: Body, kind: str) -> None:
    account = company.read("Account", record["AccountRef"]["value"]) or {}
    wanted = _KINDS.get(kind)
    if wanted and account.get("AccountType") != wanted:
        detail = f"{kind} is paid from an account of the type {wanted}."
        raise Fault("6430", "Invalid account type", f"Business Validation Error: {detail}", "AccountRef")


def _expenses(work: Work) -> Decimal:
    lines = lines_.wanted(work.record, (_ACCOUNT, _ITEM))
    total = ZERO
    for line in lines:
        if line["DetailType"] not in (_ACCOUNT, _ITEM):
            continue
        lines_.reference(line, "AccountRef" if line["DetailType"] == _ACCOUNT else "ItemRef")
        lines_.check_product(line)
        _check_billing(lines_.detail(line))
        line["Amount"] = lines_.amount(line)
        total += line["Amount"]
    if total < 0:
        raise broken("The transaction amount must be 0 or greater.", "TotalAmt")
    work.record["Line"] = lines_.numbered(lines)
    return total


def _check_billing(detail: Body) -> None:
    status = detail.setdefault("BillableStatus", "NotBillable")
    if status == "HasBeenBilled":
        raise Fault("6320", "Invalid BillableStatus", "HasBeenBilled cannot be set.", "BillableStatus")
    if status == "Billable" and not detail.get("CustomerRef", {}).get("value"):
        raise Fault("6310", "CustomerRef required", "A billable line needs a CustomerRef.", "CustomerRef")


def complete_journal_entry(work: Work) -> None:
    """Raises Fault 2020, 2250, 2260, 2290, 2300, 5030, 6000, 6440."""
    record, company = work.record, work.company
    record.setdefault("TxnDate", company.today().isoformat())
    record.pop("GlobalTaxCalculation", None)
    check_tracking(company, record)
    currency(company, record, None)
    lines = lines_.wanted(record, ("JournalEntryLineDetail",))
    booked = [line for line in lines if line["DetailType"] == "JournalEntryLineDetail"]
    if len(booked) < 2:
        raise Fault("2250", "Required line missing", "At least two lines are required.", "Line")
    sums = {"Debit": ZERO, "Credit": ZERO}
    for line in booked:
        sums[_posting(company, line)] += line["Amount"]
    if sums["Debit"] != sums["Credit"]:
        detail = f"Debits are {sums['Debit']}, credits are {sums['Credit']}."
        raise Fault("2300", "Total debits must equal total credits", detail, "Line")
    record["Line"] = lines_.numbered(lines)
    record["TotalAmt"] = sums["Debit"]
    record.setdefault("Adjustment", False)


def _posting(company: Company, line: Body) -> str:
    detail = lines_.detail(line)
    side = detail.get("PostingType")
    if not side:
        raise Fault("2260", "Posting type required", "A line is a Debit or a Credit.", "PostingType")
    line["Amount"] = lines_.amount(line)
    if number(line["Amount"]) < 0:
        raise Fault("2290", "Negative amount", "A line must not be negative.", "Amount")
    account = company.read("Account", lines_.reference(line, "AccountRef")["value"]) or {}
    wanted = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}.get(account["AccountType"])
    if wanted and detail.get("Entity", {}).get("Type") != wanted:
        raise broken(f"A line on {account['Name']} needs a {wanted}.", "Entity")
    return str(side)
