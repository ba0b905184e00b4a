"""Create, read, update, delete and void, for every entity. Source: integrations.md A3, A4, A10."""

from collections.abc import Callable

from sandbox.quickbooks import activities, costs, documents, fields, lists, names, payments
from sandbox.quickbooks.books import check_open
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing, not_found, stale, unsupported
from sandbox.quickbooks.money import plain
from sandbox.quickbooks.references import resolve
from sandbox.quickbooks.work import Work
from sandbox.store import Body

Rule = Callable[[Work], None]
# What completes and checks a record before it is kept.
_RULES: dict[str, Rule] = {
    "CompanyInfo": lists.complete_company,
    "Preferences": lists.complete_preferences,
    "Customer": names.complete_customer,
    "Vendor": names.complete_vendor,
    "Employee": names.complete_employee,
    "Item": lists.complete_item,
    "Account": lists.complete_account,
    "Term": lists.complete_term,
    "Class": lists.complete_tree,
    "Department": lists.complete_tree,
    "TimeActivity": activities.complete,
    "Invoice": documents.complete,
    "CreditMemo": documents.complete,
    "Payment": payments.complete,
    "Bill": costs.complete_bill,
    "Purchase": costs.complete_purchase,
    "JournalEntry": costs.complete_journal_entry,
}
# What a kept, changed or deleted record does to others.
_EFFECTS: dict[str, Callable[[Company, Body | None, Body | None], None]] = {
    "Customer": names.rename_children,
    "Invoice": payments.settle_invoice,
    "CreditMemo": payments.settle_invoice,
    "Payment": payments.settle_payment,
}
TRANSACTIONS = {"TimeActivity", "Invoice", "CreditMemo", "Payment", "Bill", "Purchase", "JournalEntry"}
_ONLY_UPDATED = {"CompanyInfo", "Preferences"}
_BY_PATH = {entity.lower(): entity for entity in fields.ENTITIES}
# Worked out here, whatever is sent.
_READ_ONLY = {
    "MetaData",
    "FullyQualifiedName",
    "Level",
    "Balance",
    "BalanceWithJobs",
    "HomeBalance",
    "HomeTotalAmt",
}
_READ_ONLY |= {
    "UnappliedAmt",
    "RemainingCredit",
    "RootCustomerRef",
    "IsProject",
    "CurrentBalance",
    "Classification",
}
_READ_ONLY |= {
    "CurrentBalanceWithSubAccounts",
    "OverDueBalance",
    "TotalRevenue",
    "TotalExpense",
    "InvoiceLink",
}
_KEPT_AT_FULL_UPDATE = _READ_ONLY | {"DeliveryInfo", "CurrencyRef", "TxnDate", "Active"}


def named(path: str) -> str:
    """The entity of a path's word. Raises Fault 500 for one that there is not; case counts."""
    if path not in _BY_PATH:
        raise unsupported(f"Operation {path} is not supported.")
    return _BY_PATH[path]


def read(company: Company, entity: str, id_: str) -> Body:
    """A record. Raises Fault 610."""
    found = company.read(entity, id_)
    if found is None:
        raise not_found()
    return found


def write(company: Company, entity: str, body: Body, params: dict[str, str] | None = None) -> Body:
    """Whatever a POST to an entity means, by its parameters and by its Id; the record as it is afterwards."""
    asked = params or {}
    operation = asked.get("operation", "").lower()
    if operation == "delete":
        return delete(company, entity, body)
    if operation == "void" or (operation == "update" and asked.get("include", "").lower() == "void"):
        return void(company, entity, body)
    if operation not in ("", "create", "update"):
        raise unsupported(f"Operation {operation} is not supported.")
    if entity not in _RULES:
        raise unsupported(f"{entity} can only be read.")
    known = fields.check(company, entity, body)
    if str(known.get("Id") or "") in ("", "0"):
        return _create(company, entity, known, asked)
    return _update(company, entity, known, asked)


def _create(company: Company, entity: str, sent: Body, params: dict[str, str]) -> Body:
    if entity in _ONLY_UPDATED:
        raise missing("Id")
    dropped = _READ_ONLY | {"Id", "SyncToken", "sparse"}
    record = {name: value for name, value in sent.items() if name not in dropped and value != ""}
    if entity not in TRANSACTIONS:
        record.setdefault("Active", True)
    return _keep(Work(company, entity, record, None, params))


def _update(company: Company, entity: str, sent: Body, params: dict[str, str]) -> Body:
    prior = current(company, entity, sent)
    is_sparse = sent.pop("sparse", False) is True
    fresh = {name: value for name, value in sent.items() if name not in _READ_ONLY | {"Id", "SyncToken"}}
    stays = prior if is_sparse else {name: prior[name] for name in _KEPT_AT_FULL_UPDATE if name in prior}
    if entity in _ONLY_UPDATED:
        stays = prior
    record = {**stays, **fresh, "Id": prior["Id"]}
    record = {name: value for name, value in record.items() if value != ""}
    return _keep(Work(company, entity, record, prior, params))


def current(company: Company, entity: str, sent: Body) -> Body:
    """The record that a change is about. Raises Fault 2020, 610, 5010."""
    id_, token = str(sent.get("Id") or ""), sent.get("SyncToken")
    if not id_:
        raise missing("Id")
    if token in (None, ""):
        raise missing("SyncToken")
    prior = company.read(entity, id_)
    if prior is None:
        raise not_found()
    if str(token) != prior["SyncToken"]:
        raise stale(entity)
    return prior


def _keep(work: Work) -> Body:
    company, entity = work.company, work.entity
    resolve(company, entity, work.record, work.prior)
    _RULES[entity](work)
    if entity in TRANSACTIONS:
        check_open(company, work.record, work.prior)
    resolve(company, entity, work.record, work.prior)
    kept = company.store(entity, plain({**work.record, "domain": "QBO", "sparse": False}))
    if entity in _EFFECTS:
        _EFFECTS[entity](company, work.prior, kept)
    return read(company, entity, kept["Id"])


def delete(company: Company, entity: str, body: Body) -> Body:
    """Delete a transaction for good. Raises Fault 500 for lists, whose elements are made inactive instead."""
    if entity not in TRANSACTIONS:
        raise unsupported(f"Operation delete is not supported for {entity}: make it inactive.")
    prior = current(company, entity, body)
    check_open(company, prior, None)
    payments.check_free(company, entity, prior, "deleted")
    company.remove(entity, prior["Id"])
    if entity in _EFFECTS:
        _EFFECTS[entity](company, prior, None)
    return {"domain": "QBO", "status": "Deleted", "Id": prior["Id"]}


_VOIDS: dict[str, Callable[[Company, Body], Body]] = {
    "Invoice": documents.voided,
    "Payment": payments.voided,
}


def void(company: Company, entity: str, body: Body) -> Body:
    """Keep the record and take its amounts away. Raises Fault 500 where there is no void, 6000 for a paid invoice."""
    if entity not in _VOIDS:
        raise unsupported(f"Operation void is not supported for {entity}.")
    prior = current(company, entity, body)
    check_open(company, prior, None)
    payments.check_free(company, entity, prior, "voided")
    if prior.get("PrivateNote", "").startswith("Voided"):
        raise Fault("6000", "A business validation error has occurred", "The transaction is void already.")
    record = _VOIDS[entity](company, prior)
    note = prior.get("PrivateNote", "")
    record["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
    kept = company.store(entity, plain(record), "Void")
    _EFFECTS[entity](company, prior, kept)
    return read(company, entity, kept["Id"])
