"""What a firm's bookkeeper does in QuickBooks itself, by the same rules, only without a version to name."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import entities
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, not_found, unsupported
from sandbox.quickbooks.money import number, plain
from sandbox.store import Body

MERGED = {"Customer", "Vendor", "Item", "Account", "Class", "Department"}


def create(company: Company, entity: str, facts: Body) -> Body:
    """Raises Fault as for anybody."""
    return entities.write(company, entity, facts)


def edit(company: Company, entity: str, id_: str, facts: Body) -> Body:
    """Change some fields of a record."""
    return entities.write(company, entity, {**_named(company, entity, id_), **facts, "sparse": True})


def delete(company: Company, entity: str, id_: str) -> Body:
    """Delete a transaction for good."""
    return entities.write(company, entity, _named(company, entity, id_), {"operation": "delete"})


def void(company: Company, entity: str, id_: str) -> Body:
    """Take a transaction's amounts away."""
    return entities.write(company, entity, _named(company, entity, id_), {"operation": "void"})


def pay(company: Company, invoice_id: str, *, amount: str = "", day: str = "") -> Body:
    """A payment for one invoice; without an amount for all that is open. Raises Fault 6000 when nothing is."""
    invoice = entities.read(company, "Invoice", invoice_id)
    paid = number(amount) if amount else number(invoice["Balance"])
    link = {"TxnId": invoice_id, "TxnType": "Invoice"}
    facts: Body = {
        "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
        "TotalAmt": paid,
        "Line": [{"Amount": paid, "LinkedTxn": [link]}],
    }
    if paid <= Decimal(0):
        raise Fault("6000", "A business validation error has occurred", "Nothing is open on this invoice.")
    return entities.write(company, "Payment", facts | ({"TxnDate": day} if day else {}))


def merge(company: Company, entity: str, id_: str, into: str) -> Body:
    """Make one element of a list of two: whatever named `id_` names `into` from now on, and `id_` is gone.

    Raises Fault 500 for what cannot be merged, 610 for a record that there is not.
    """
    if entity not in MERGED or id_ == into:
        raise unsupported(f"{entity} {id_} cannot be merged into {into}.")
    gone, kept = entities.read(company, entity, id_), entities.read(company, entity, into)
    name = kept.get("DisplayName") or kept.get("Name")
    for type_, records in company.records.items():
        for record in records.values():
            copied = company.read(type_, record["Id"]) or {}
            if record["Id"] != id_ and _point(copied, f"{entity}Ref", id_, into, name):
                company.store(type_, copied, "-")
    kept = entities.read(company, entity, into)
    for amount in ("Balance", "BalanceWithJobs"):
        if amount in kept or amount in gone:
            kept[amount] = number(kept.get(amount)) + number(gone.get(amount))
    company.remove(entity, id_, "-")
    company.store(entity, plain(kept), "-")
    company.note(entity, into, "Merge", deleted_id=id_)
    return entities.read(company, entity, into)


def _point(value: Any, reference: str, old: str, new: str, name: str | None) -> bool:
    """Point every such reference within a record to another; whether there was one."""
    found = False
    for ref in _references(value, reference):
        if ref.get("value") == old:
            ref.update(value=new, name=name)
            found = True
    return found


def _references(value: Any, reference: str) -> Iterator[Body]:
    if isinstance(value, list):
        for each in value:
            yield from _references(each, reference)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key.endswith(reference) and isinstance(each, dict):
                yield each
            else:
                yield from _references(each, reference)


def _named(company: Company, entity: str, id_: str) -> Body:
    record = company.read(entity, id_)
    if record is None:
        raise not_found()
    return {"Id": id_, "SyncToken": record["SyncToken"]}
