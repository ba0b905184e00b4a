"""Payments, and what they leave open: balances of invoices, credits and customers."""

import copy
from decimal import Decimal

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken, missing
from sandbox.quickbooks.money import cents, number, plain
from sandbox.quickbooks.references import currency
from sandbox.quickbooks.work import Work
from sandbox.store import Body

ZERO = Decimal(0)
_LINKED = ("Invoice", "CreditMemo", "JournalEntry", "Deposit")


def applied(company: Company, type_: str, id_: str, besides: str = "") -> Decimal:
    """How much payments use of an invoice or credit memo; `besides` leaves one payment out."""
    return sum(
        (
            number(line["Amount"])
            for payment in company.all("Payment")
            if payment["Id"] != besides
            for line in payment.get("Line", [])
            for link in line.get("LinkedTxn", [])
            if (link["TxnType"], link["TxnId"]) == (type_, id_)
        ),
        ZERO,
    )


def complete(work: Work) -> None:
    """Raises Fault 2020, 2290, 620, 6000, 6430, 6540."""
    record, company = work.record, work.company
    if not record.get("CustomerRef", {}).get("value"):
        raise missing("CustomerRef")
    if record.get("TotalAmt") in (None, ""):
        raise missing("TotalAmt")
    if work.prior:
        check_free(company, "Payment", work.prior, "changed")
    record["TotalAmt"] = cents(number(record["TotalAmt"]))
    if record["TotalAmt"] < 0:
        raise Fault("2290", "Negative amount", "TotalAmt must not be negative.", "TotalAmt")
    record.setdefault("TxnDate", company.today().isoformat())
    currency(company, record, company.read("Customer", record["CustomerRef"]["value"]))
    _deposit_account(company, record)
    used = sum((_apply(work, line) for line in record.setdefault("Line", [])), ZERO)
    if used > record["TotalAmt"]:
        raise broken("The lines add up to more than the payment.", "TotalAmt")
    record["UnappliedAmt"] = record["TotalAmt"] - used
    record.setdefault("ProcessPayment", False)


def _deposit_account(company: Company, record: Body) -> None:
    if not record.get("DepositToAccountRef"):
        found = next(a for a in company.all("Account") if a["AccountSubType"] == "UndepositedFunds")
        record["DepositToAccountRef"] = {"value": found["Id"], "name": found["Name"]}
    account = company.read("Account", record["DepositToAccountRef"]["value"]) or {}
    if account.get("AccountType") not in ("Bank", "Other Current Asset"):
        detail = "A payment is deposited to a bank account or another current asset."
        raise Fault("6430", "Invalid account type", detail, "DepositToAccountRef")


def _apply(work: Work, line: Body) -> Decimal:
    """What the line takes from the payment: an invoice takes, a credit gives. The amount must still be open."""
    if line.get("Amount") in (None, ""):
        raise missing("Line.Amount")
    links = line.get("LinkedTxn") or []
    if len(links) != 1 or not links[0].get("TxnId") or not links[0].get("TxnType"):
        raise missing("Line.LinkedTxn")
    type_, id_ = links[0]["TxnType"], str(links[0]["TxnId"])
    company, record = work.company, work.record
    linked = company.read(type_, id_) if type_ in _LINKED else None
    if linked is None or linked.get("PrivateNote", "").startswith("Voided"):
        detail = f"Transaction you are trying to use was deleted or cannot be linked: {type_} {id_}"
        raise Fault("620", "Invalid Linked Transaction Id", detail, "LinkedTxn")
    if type_ in ("Invoice", "CreditMemo"):
        _check_customer(company, record, linked)
    line["Amount"] = cents(number(line["Amount"]))
    if line["Amount"] < 0:
        raise Fault("2290", "Negative amount", "A line must not be negative.", "Line.Amount")
    total = number(linked["TotalAmt"])
    besides = applied(company, type_, id_, besides=record.get("Id", ""))
    same = sum(
        number(each["Amount"])
        for each in record["Line"]
        if each.get("LinkedTxn")
        and each["LinkedTxn"][0].get("TxnId") == id_
        and each["LinkedTxn"][0]["TxnType"] == type_
    )
    if besides + same > total:
        detail = f"{type_} {id_} has {total - besides} open; {same} cannot be applied to it."
        raise broken(detail, "Line.Amount")
    return Decimal(-line["Amount"] if type_ == "CreditMemo" else line["Amount"])


def _check_customer(company: Company, record: Body, linked: Body) -> None:
    payer, owner = record["CustomerRef"]["value"], linked["CustomerRef"]["value"]
    if payer == owner:
        return
    job = company.read("Customer", owner) or {}
    if job.get("BillWithParent") and job.get("ParentRef", {}).get("value") == payer:
        return
    raise broken("The transaction is another customer's.", "CustomerRef")


def check_free(company: Company, entity: str, prior: Body, verb: str) -> None:
    """Raises Fault 6540 for a deposited payment, 6000 for a paid invoice that is to be voided."""
    if entity == "Payment" and any(link["TxnType"] == "Deposit" for link in prior.get("LinkedTxn", [])):
        detail = f"The payment is in a deposit: take it out of the deposit before it is {verb}."
        raise Fault("6540", "Deposited transaction cannot be changed", detail)
    is_voided = entity == "Invoice" and verb == "voided" and not company.switches["voids_paid_invoices"]
    if is_voided and applied(company, "Invoice", prior["Id"]):
        raise broken("A paid invoice cannot be voided: take the payment away first.")


def voided(company: Company, prior: Body) -> Body:
    """A payment of nothing for nothing."""
    return {**copy.deepcopy(prior), "TotalAmt": 0, "UnappliedAmt": 0, "Line": []}


def settle_payment(company: Company, prior: Body | None, kept: Body | None) -> None:
    """Balances and links of what a payment was and is applied to; their tokens rise."""
    touched = {
        (link["TxnType"], link["TxnId"]): None
        for record in (prior, kept)
        if record
        for line in record.get("Line", [])
        for link in line["LinkedTxn"]
    }
    for type_, id_ in touched:
        if type_ in ("Invoice", "CreditMemo"):
            _settle(company, type_, id_)
    _balances(company, prior, kept)


def _settle(company: Company, type_: str, id_: str) -> None:
    record = company.read(type_, id_)
    if record is None:
        return
    open_ = number(record["TotalAmt"]) - applied(company, type_, id_)
    links = [
        {"TxnId": payment["Id"], "TxnType": "Payment"}
        for payment in company.all("Payment")
        if any(link["TxnId"] == id_ and link["TxnType"] == type_ for link in _links(payment))
    ]
    balance = "Balance" if type_ == "Invoice" else "RemainingCredit"
    fresh = plain({**record, balance: open_, "LinkedTxn": links})
    if fresh != record:
        company.store(type_, fresh, "Update")


def _links(payment: Body) -> list[Body]:
    return [link for line in payment.get("Line", []) for link in line["LinkedTxn"]]


def settle_invoice(company: Company, prior: Body | None, kept: Body | None) -> None:
    """The customer's balance; payments of what is gone become unapplied."""
    gone = prior if kept is None or kept.get("PrivateNote", "").startswith("Voided") else None
    type_ = "CreditMemo" if "RemainingCredit" in (kept or prior or {}) else "Invoice"
    for payment in company.all("Payment") if gone else []:
        lines = payment.get("Line", [])
        left = [line for line in lines if line["LinkedTxn"][0] not in _link_to(type_, gone)]
        if len(left) != len(lines):
            unapplied = number(payment["TotalAmt"]) - sum((_taken(line) for line in left), ZERO)
            company.store("Payment", plain({**payment, "Line": left, "UnappliedAmt": unapplied}))
    _balances(company, prior, kept)


def _link_to(type_: str, record: Body | None) -> list[Body]:
    return [{"TxnId": record["Id"], "TxnType": type_}] if record else []


def _taken(line: Body) -> Decimal:
    sign = -1 if line["LinkedTxn"][0]["TxnType"] == "CreditMemo" else 1
    return sign * number(line["Amount"])


def _balances(company: Company, *records: Body | None) -> None:
    """Balance of each customer that is meant, then BalanceWithJobs up the tree."""
    for id_ in {record["CustomerRef"]["value"]: None for record in records if record}:
        balance = _open(company, "Invoice", "Balance", id_)
        balance -= _open(company, "CreditMemo", "RemainingCredit", id_)
        balance -= _open(company, "Payment", "UnappliedAmt", id_)
        company.amend("Customer", id_, Balance=plain(balance))
        each: str | None = id_
        while each:
            each = _sum_up(company, each)


def _open(company: Company, type_: str, name: str, customer: str) -> Decimal:
    mine = (record for record in company.all(type_) if record["CustomerRef"]["value"] == customer)
    return sum((number(record[name]) for record in mine), ZERO)


def _sum_up(company: Company, id_: str) -> str | None:
    record = company.read("Customer", id_) or {}
    below = (c for c in company.all("Customer") if c.get("ParentRef", {}).get("value") == id_)
    total = number(record.get("Balance")) + sum((number(c["BalanceWithJobs"]) for c in below), ZERO)
    company.amend("Customer", id_, BalanceWithJobs=plain(total))
    up: str | None = record.get("ParentRef", {}).get("value")
    return up
