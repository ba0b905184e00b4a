"""References from one record to another: they must lead somewhere, to something active, and get its name."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken, inactive, invalid_reference
from sandbox.store import Body

# Where a field leads; what is not named here leads to lists that the stand-in does not keep.
_TARGETS = {
    "CustomerRef": "Customer",
    "RootCustomerRef": "Customer",
    "ProjectRef": "Customer",
    "VendorRef": "Vendor",
    "PrefVendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "TaxCodeRef": "TaxCode",
    "DefaultTaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "SalesTaxCodeRef": "TaxCode",
    "PurchaseTaxCodeRef": "TaxCode",
    "AccountRef": "Account",
    "IncomeAccountRef": "Account",
    "ExpenseAccountRef": "Account",
    "COGSAccountRef": "Account",
    "AssetAccountRef": "Account",
    "DepositToAccountRef": "Account",
    "ARAccountRef": "Account",
    "APAccountRef": "Account",
    "ItemAccountRef": "Account",
    "DiscountAccountRef": "Account",
    "PrefillAccountRef": "Account",
}
_NAMED_BY = {"Customer": "DisplayName", "Vendor": "DisplayName", "Employee": "DisplayName"}
HOME = {"value": "USD", "name": "United States Dollar"}


@dataclass(frozen=True)
class Reference:
    """One reference within a record; `body` is the part of the record that can be written to."""

    element: str
    type: str
    body: Body


def references(entity: str, node: object) -> Iterator[Reference]:
    """Every reference in a record that can be followed."""
    if isinstance(node, list):
        for each in node:
            yield from references(entity, each)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        target = entity if name == "ParentRef" else _TARGETS.get(name)
        if name == "EntityRef" and isinstance(value, dict):
            target = value.get("type") or node.get("Type")
        if target and isinstance(value, dict) and "value" in value:
            yield Reference(name, target, value)
        else:
            yield from references(entity, value)


def resolve(company: Company, entity: str, record: Body, prior: Body | None) -> None:
    """Give every reference its name. Raises Fault 2500 for what is not there, 610 for what is inactive; what the former
    version already referred to may have become inactive since."""
    known = {(each.type, each.body["value"]) for each in references(entity, prior or {})}
    for each in references(entity, record):
        value = str(each.body["value"])
        found = company.read(each.type, value)
        if found is None:
            if each.type == "TaxCode":
                detail = f"Invalid tax code id - {value}. US companies say TAX or NON on lines."
                raise Fault("6100", "Invalid Tax Rate", detail, each.element)
            raise invalid_reference(each.element)
        if not found.get("Active", True) and (each.type, value) not in known:
            if each.type == "Customer" and company.switches["inactive_customer_code"] == "6250":
                raise Fault("6250", "Invalid Customer", "The customer is inactive.", each.element)
            raise inactive(each.element)
        each.body["value"] = value
        each.body["name"] = found.get(_NAMED_BY.get(each.type, "Name"), "")


def only_active(company: Company, type_: str, reference: Body) -> Body:
    """The record that a resolved reference leads to."""
    found = company.read(type_, reference["value"])
    if found is None:
        raise invalid_reference(f"{type_}Ref")
    return found


def currency(company: Company, record: Body, of: Body | None) -> None:
    """Give the record the currency of its customer or vendor. Raises Fault 6000 for any other."""
    asked = record.get("CurrencyRef", {}).get("value")
    is_multiple = company.prefs["CurrencyPrefs"]["MultiCurrencyEnabled"]
    right = (of or {}).get("CurrencyRef") or HOME
    if asked and not is_multiple and asked != HOME["value"]:
        raise Fault("2220", "Invalid Currency", f"Multiple currencies are off : {asked}", "CurrencyRef")
    if asked and asked != right["value"]:
        raise broken("The currency of the transaction must be that of its customer or vendor.", "CurrencyRef")
    record["CurrencyRef"] = dict(right)
    if not is_multiple:
        record.pop("ExchangeRate", None)
