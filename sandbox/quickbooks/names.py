"""Customers, vendors and employees: one pool of names for the three."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken
from sandbox.quickbooks.references import currency
from sandbox.quickbooks.work import Work
from sandbox.store import Body

_POOL = ("Customer", "Vendor", "Employee")
_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_DEEPEST = 4  # a top-level customer is level 0: five levels in all


def complete_customer(work: Work) -> None:
    """Raises Fault 6080, 6240, 2040, 6150, 6180, 6130, 6000, 2220."""
    _name(work, ("DisplayName", *_PARTS))
    record, prior = work.record, work.prior or {}
    record.setdefault("Taxable", False)
    record.setdefault("PrintOnCheckName", record.get("CompanyName") or record["DisplayName"])
    _place(work)
    record.setdefault("BillWithParent", False)
    if record["BillWithParent"] and not record["Job"]:
        raise broken("Only a sub-customer is billed with its parent.", "BillWithParent")
    if prior and record["BillWithParent"] != prior.get("BillWithParent") and prior.get("Balance"):
        detail = "BillWithParent cannot be changed while the customer has open invoices."
        raise Fault("6130", "BillWithParent cannot be changed", detail, "BillWithParent")
    asked = record.get("CurrencyRef", {}).get("value")
    if prior and asked and asked != prior["CurrencyRef"]["value"]:
        raise broken("The currency of a customer cannot be changed.", "CurrencyRef")
    if prior or not asked or not work.company.prefs["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        currency(work.company, record, prior or None)
    record["IsProject"] = prior.get("IsProject", False)
    if record["IsProject"] and (work.changed("DisplayName") or work.changed("Active")):
        raise broken("A project is renamed and closed in QuickBooks, not here.", "IsProject")
    record.setdefault("Balance", 0)
    record.setdefault("BalanceWithJobs", 0)


def complete_vendor(work: Work) -> None:
    """Raises Fault 6080, 6240, 2040, 6000, 2220."""
    _name(work, ("DisplayName", *_PARTS))
    record, prior = work.record, work.prior or {}
    record.setdefault("Vendor1099", False)
    record.setdefault("PrintOnCheckName", record.get("CompanyName") or record["DisplayName"])
    asked = record.get("CurrencyRef", {}).get("value")
    if prior and asked and asked != prior["CurrencyRef"]["value"]:
        raise broken("The currency of a vendor cannot be changed.", "CurrencyRef")
    if prior or not asked or not work.company.prefs["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        currency(work.company, record, prior or None)
    record.setdefault("Balance", 0)


def complete_employee(work: Work) -> None:
    """Raises Fault 6080, 6240, 2040."""
    _name(work, ("GivenName", "FamilyName"))
    work.record.setdefault("BillableTime", False)
    work.record.setdefault("PrintOnCheckName", work.record["DisplayName"])
    if work.record.get("SSN"):
        work.record["SSN"] = "XXX-XX-XXXX"


def _name(work: Work, one_of: tuple[str, ...]) -> None:
    record = work.record
    if not any(str(record.get(part, "")).strip() for part in one_of):
        detail = f"At least one of {', '.join(one_of)} is required."
        raise Fault("6080", "A name is required", f"Business Validation Error: {detail}", one_of[0])
    if not str(record.get("DisplayName", "")).strip():
        parts = (str(record.get(part, "")).strip() for part in _PARTS)
        record["DisplayName"] = " ".join(part for part in parts if part)
    record["DisplayName"] = record["DisplayName"].strip(" ")
    if any(sign in record["DisplayName"] for sign in ":\t\n\r"):
        detail = "A name has no colon, tab or new line."
        raise Fault("2040", "Invalid String. The string has unsupported characters", detail, "DisplayName")
    taken = owner_of(work.company, record["DisplayName"])
    if taken and taken != (work.entity, record.get("Id")):
        detail = f"The name supplied already exists. : Id={taken[1]}"
        raise Fault("6240", "Duplicate Name Exists Error", detail, "DisplayName")


def owner_of(company: Company, name: str) -> tuple[str, str] | None:
    """Type and id of whoever has a name, in whatever case."""
    wanted = name.casefold()
    for type_ in _POOL:
        for each in company.all(type_):
            if each["DisplayName"].casefold() == wanted:
                return type_, each["Id"]
    return None


def _place(work: Work) -> None:
    record, company = work.record, work.company
    record["Job"] = bool(record.get("Job"))
    parent = record.get("ParentRef")
    if not parent:
        if record["Job"]:
            raise Fault("6150", "ParentRef required", "A sub-customer needs a ParentRef.", "ParentRef")
        record.update(Level=0, FullyQualifiedName=record["DisplayName"])
        return
    record["Job"] = True
    above = company.read("Customer", parent["value"]) or {}
    _check_no_circle(company, record, above)
    if above.get("Level", 0) >= _DEEPEST:
        raise Fault("6180", "Subaccount level exceeded", "More than five levels of customers.", "ParentRef")
    record["Level"] = above.get("Level", 0) + 1
    record["FullyQualifiedName"] = f"{above['FullyQualifiedName']}:{record['DisplayName']}"


def _check_no_circle(company: Company, record: Body, above: Body) -> None:
    each: Body | None = above
    while each:
        if each["Id"] == record.get("Id"):
            raise Fault("900", "Cyclic parent", "A customer cannot be below itself.", "ParentRef")
        up = each.get("ParentRef")
        each = company.read("Customer", up["value"]) if up else None


def rename_children(company: Company, prior: Body | None, kept: Body | None) -> None:
    """The full names of those below follow."""
    if not prior or not kept or prior["FullyQualifiedName"] == kept["FullyQualifiedName"]:
        return
    for child in company.all("Customer"):
        if child.get("ParentRef", {}).get("value") == kept["Id"]:
            before = dict(child)
            name = f"{kept['FullyQualifiedName']}:{child['DisplayName']}"
            company.amend("Customer", child["Id"], FullyQualifiedName=name, Level=kept["Level"] + 1)
            rename_children(company, before, company.read("Customer", child["Id"]))
