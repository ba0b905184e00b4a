"""Invoices and credit memos: number, lines, tax, total, due date."""

import calendar
import copy
import datetime
from decimal import Decimal

from sandbox.quickbooks import lines as lines_
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken, missing
from sandbox.quickbooks.lists import check_tracking
from sandbox.quickbooks.money import cents, number
from sandbox.quickbooks.payments import applied
from sandbox.quickbooks.references import currency
from sandbox.quickbooks.work import Work
from sandbox.store import Body

ZERO = Decimal(0)
_ITEM = "SalesItemLineDetail"


def complete(work: Work) -> None:
    """Raises Fault 2020, 2250, 6000, 6070, 6090, 6100, 6140, 6170, 6420, 6440, 5030, 2220."""
    record, company = work.record, work.company
    customer = customer_of(company, record)
    former = (work.prior or record)["CustomerRef"]["value"]
    if former != record["CustomerRef"]["value"] and applied(company, work.entity, record["Id"]):
        raise broken("The customer of a paid transaction cannot be changed.", "CustomerRef")
    record.setdefault("TxnDate", company.today().isoformat())
    check_tracking(company, record)
    give_number(work)
    currency(company, record, customer)
    subtotal, taxable = _lines(record)
    tax = _tax(work, taxable)
    discount = _discount(record, subtotal)
    total = subtotal - discount + tax
    if total < 0:
        raise broken("The transaction amount must be 0 or greater.", "TotalAmt")
    _totals(work, total)
    if work.entity == "Invoice":
        _due(company, record, customer)
    _mail(record)
    for name in ("BillAddr", "ShipAddr"):
        if name not in record and name in customer:
            record[name] = copy.deepcopy(customer[name])


def customer_of(company: Company, record: Body) -> Body:
    """The customer's record. Raises Fault 2020."""
    if not record.get("CustomerRef", {}).get("value"):
        raise missing("CustomerRef")
    found = company.read("Customer", record["CustomerRef"]["value"])
    return found or {}


def give_number(work: Work) -> None:
    """The company's own numbering, or the next of ours. Raises Fault 6140 for a number that another one has."""
    record, company = work.record, work.company
    is_custom = company.prefs["SalesFormsPrefs"]["CustomTxnNumbers"]
    is_automatic = record.pop("AutoDocNumber", False) or record.get("DocNumber") == "AUTO_GENERATE"
    if is_automatic or (work.is_new and not is_custom and not record.get("DocNumber")):
        record["DocNumber"] = company.next_number()
    if work.prior and not record.get("DocNumber") and not is_custom and "DocNumber" in work.prior:
        record["DocNumber"] = work.prior["DocNumber"]
    wanted = record.get("DocNumber")
    lets_pass = "allowduplicatedocnum" in work.params.get("include", "").lower().split(",")
    if not wanted or lets_pass or not company.switches["warns_of_duplicate_numbers"]:
        return
    if work.prior and work.prior.get("DocNumber") == wanted:
        return
    for each in company.all(work.entity):
        if each.get("DocNumber") == wanted and each["Id"] != record.get("Id"):
            detail = "Duplicate Document Number Error : You must specify a different number. This number has already"
            detail += (
                f" been used. DocNumber={wanted} is assigned to TxnType={work.entity} with TxnId={each['Id']}"
            )
            raise Fault("6140", "Duplicate Document Number Error", detail, "DocNumber")


def _lines(record: Body) -> tuple[Decimal, Decimal]:
    """What the item lines add up to, and how much of it is taxable."""
    lines = lines_.wanted(record, (_ITEM,))
    subtotal = taxable = ZERO
    for line in lines:
        if line["DetailType"] != _ITEM:
            continue
        lines_.reference(line, "ItemRef")
        lines_.check_product(line)
        line["Amount"] = lines_.amount(line)
        inner = lines_.detail(line)
        code = inner.setdefault("TaxCodeRef", {"value": "NON"})["value"]
        if code not in ("TAX", "NON"):
            detail = f"Tax code {code} is not for lines of US companies: TAX or NON."
            raise Fault("6100", "Invalid Tax Rate", detail, "TaxCodeRef")
        subtotal += line["Amount"]
        taxable += line["Amount"] if code == "TAX" else ZERO
    total = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    record["Line"] = [*lines_.numbered(lines), total]
    return subtotal, taxable


def _discount(record: Body, subtotal: Decimal) -> Decimal:
    found = ZERO
    for line in record["Line"]:
        if line["DetailType"] != "DiscountLineDetail":
            continue
        inner = line.get("DiscountLineDetail") or {}
        if inner.get("PercentBased"):
            if inner.get("DiscountPercent") is None:
                text = "A discount in percent needs DiscountPercent."
                raise Fault("6090", "Discount is incomplete", text, "DiscountPercent")
            line["Amount"] = cents(subtotal * number(inner["DiscountPercent"]) / 100)
        elif line.get("Amount") is None:
            raise Fault("6090", "Discount is incomplete", "A discount needs its Amount.", "Amount")
        found += lines_.amount(line)
    return found


def _tax(work: Work, taxable: Decimal) -> Decimal:
    """TotalTax as sent, spread over the taxable lines; else what the engine works out for them.

    An override stays an override when the transaction is changed and does not say otherwise.
    """
    record, company = work.record, work.company
    sent = record.get("TxnTaxDetail") or {}
    if record.pop("GlobalTaxCalculation", "") == "NotApplicable" and number(sent.get("TotalTax")):
        raise Fault("6170", "Tax detail not allowed", "TxnTaxDetail with NotApplicable.", "TxnTaxDetail")
    percent = number(company.switches["sales_tax_percent"])
    is_kept = bool(work.prior) and sent == (work.prior or {}).get("TxnTaxDetail")
    if is_kept and number(sent.get("TotalTax")) == _computed(_taxable(work.prior or {}), percent):
        sent = {}
    if sent.get("TotalTax") is not None:
        tax = cents(number(sent["TotalTax"]))
        if tax and not taxable:
            raise broken("Tax needs a taxable line.", "TxnTaxDetail")
    else:
        tax = _computed(taxable, percent) if company.prefs["TaxPrefs"]["UsingSalesTax"] else ZERO
    if tax and not company.prefs["TaxPrefs"]["UsingSalesTax"]:
        raise broken("Sales tax is off in this company.", "TxnTaxDetail")
    shown: Body = {"TotalTax": tax}
    if sent.get("TxnTaxCodeRef"):
        shown["TxnTaxCodeRef"] = sent["TxnTaxCodeRef"]
    if taxable:
        inner = {"PercentBased": True, "TaxPercent": percent, "NetAmountTaxable": taxable}
        shown["TaxLine"] = [{"Amount": tax, "DetailType": "TaxLineDetail", "TaxLineDetail": inner}]
    record["TxnTaxDetail"] = shown
    return tax


def _computed(taxable: Decimal, percent: Decimal) -> Decimal:
    return cents(taxable * percent / 100)


def _taxable(record: Body) -> Decimal:
    taxed = [line for line in record.get("Line", []) if line["DetailType"] == _ITEM]
    amounts = (number(line["Amount"]) for line in taxed if line[_ITEM]["TaxCodeRef"]["value"] == "TAX")
    return sum(amounts, ZERO)


def _totals(work: Work, total: Decimal) -> None:
    record, company = work.record, work.company
    used = applied(company, work.entity, record["Id"]) if work.prior else ZERO
    if total < used:
        raise broken(f"{used} of the transaction is paid: the total cannot be less.", "TotalAmt")
    record["TotalAmt"] = total
    if work.entity == "Invoice":
        record["Balance"] = total - used
        record.setdefault("LinkedTxn", (work.prior or {}).get("LinkedTxn", []))
    else:
        record["RemainingCredit"] = total - used
        record["Balance"] = ZERO
    if company.prefs["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        rate = number(record.get("ExchangeRate")) or Decimal(1)
        record.update(ExchangeRate=rate, HomeTotalAmt=cents(total * rate))
        if work.entity == "Invoice":
            record["HomeBalance"] = cents(record["Balance"] * rate)


def _due(company: Company, record: Body, customer: Body) -> None:
    if "SalesTermRef" not in record and "SalesTermRef" in customer:
        record["SalesTermRef"] = dict(customer["SalesTermRef"])
    if record.get("DueDate"):
        return
    record["DueDate"] = due_on(company, record["TxnDate"], record.get("SalesTermRef")).isoformat()


def due_on(company: Company, from_on: str, term: Body | None) -> datetime.date:
    """The due date by a term; 30 days without one."""
    day = datetime.date.fromisoformat(from_on)
    found = company.read("Term", term["value"]) if term else None
    if not found:
        return day + datetime.timedelta(days=30)
    if found.get("DayOfMonthDue") is None:
        return day + datetime.timedelta(days=int(found["DueDays"]))
    months = 0 if day.day < found["DayOfMonthDue"] - int(found.get("DueNextMonthDays") or 0) else 1
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(int(found["DayOfMonthDue"]), last))


def _mail(record: Body) -> None:
    record.setdefault("EmailStatus", "NotSet")
    record.setdefault("PrintStatus", "NotSet")
    if record["EmailStatus"] == "NeedToSend" and not record.get("BillEmail", {}).get("Address"):
        detail = "An e-mail address is needed to send by e-mail."
        raise Fault("6420", "E-mail address missing", f"Business Validation Error: {detail}", "BillEmail")


def voided(company: Company, prior: Body) -> Body:
    """An invoice without amounts, quantities and links."""
    record = copy.deepcopy(prior)
    for line in record["Line"]:
        line["Amount"] = 0
        inner = line.get(line["DetailType"], {})
        if "Qty" in inner:
            inner["Qty"] = 0
    record.update(TotalAmt=0, Balance=0, LinkedTxn=[], TxnTaxDetail={"TotalTax": 0})
    return record
