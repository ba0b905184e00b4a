"""Items, accounts, terms, classes, departments; the company's own two records."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, broken, missing
from sandbox.quickbooks.references import HOME
from sandbox.quickbooks.work import Work
from sandbox.store import Body

_CLASSES = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
}
# An AccountSubType alone tells the type; the others are named with their type.
_SUB_TYPES = {"Checking": "Bank", "Savings": "Bank", "ServiceFeeIncome": "Income", "Travel": "Expense"}
_SUB_TYPES |= {"CreditCard": "Credit Card", "UndepositedFunds": "Other Current Asset"}


def complete_item(work: Work) -> None:
    """Raises Fault 2020, 2040, 2170, 6240, 6430."""
    record = work.record
    _check_name(work, forbidden=":\t\n")
    record.setdefault("Type", "Service")
    if record["Type"] not in ("Service", "NonInventory", "Inventory", "Category", "Bundle", "Group"):
        raise Fault("2170", "Invalid Enumeration", f"Invalid Enumeration : {record['Type']}", "Type")
    if record["Type"] in ("Service", "NonInventory") and not (
        record.get("IncomeAccountRef") or record.get("ExpenseAccountRef")
    ):
        raise missing("IncomeAccountRef")
    if record["Type"] == "Inventory":
        for name in ("TrackQtyOnHand", "QtyOnHand", "InvStartDate", "AssetAccountRef", "IncomeAccountRef"):
            if record.get(name) in (None, False):
                raise missing(name)
    income = record.get("IncomeAccountRef")
    if income and (work.company.read("Account", income["value"]) or {}).get("AccountType") not in (
        "Income",
        "Other Income",
    ):
        raise Fault("6430", "Invalid account type", "An income account is wanted.", "IncomeAccountRef")
    record.setdefault("UnitPrice", 0)
    record.setdefault("Taxable", False)
    record.setdefault("TrackQtyOnHand", False)
    complete_tree(work, checks_name=False)


def complete_account(work: Work) -> None:
    """Raises Fault 2020, 2040, 6010, 6240."""
    record = work.record
    _check_name(work, forbidden=':"\t\n')
    if not record.get("AccountType"):
        found = _SUB_TYPES.get(record.get("AccountSubType", ""))
        if not found:
            detail = "AccountType or a known AccountSubType is required."
            raise Fault("6010", "Account type is required", detail, "AccountType")
        record["AccountType"] = found
    record.setdefault("AccountSubType", record["AccountType"].replace(" ", ""))
    record["Classification"] = _CLASSES.get(record["AccountType"], "Expense")
    record.setdefault("CurrentBalance", 0)
    record.setdefault("CurrentBalanceWithSubAccounts", 0)
    record.setdefault("CurrencyRef", dict(HOME))
    complete_tree(work, checks_name=False)


def complete_term(work: Work) -> None:
    """Raises Fault 2020, 2080, 6240."""
    record = work.record
    _check_name(work, forbidden="\t\n")
    days, day = record.get("DueDays"), record.get("DayOfMonthDue")
    if days is None and day is None:
        raise missing("DueDays")
    if (days is not None and not 0 <= days <= 999) or (day is not None and not 1 <= day <= 31):
        element = "DueDays" if days is not None else "DayOfMonthDue"
        raise Fault("2080", "Number out of range", f"{element} is out of range", element)
    record["Type"] = "STANDARD" if days is not None else "DATE_DRIVEN"


def complete_tree(work: Work, *, checks_name: bool = True) -> None:
    """The full name of what may stand below another of its kind. Raises Fault 2020, 2040, 6240, 900."""
    record = work.record
    if checks_name:
        _check_name(work, forbidden=":\t\n")
    flag = {"Class": "SubClass", "Department": "SubDepartment", "Item": "SubItem", "Account": "SubAccount"}
    parent = record.get("ParentRef")
    if parent and parent["value"] == record.get("Id"):
        raise Fault("900", "Cyclic parent", "Nothing stands below itself.", "ParentRef")
    record[flag[work.entity]] = bool(parent)
    above = work.company.read(work.entity, parent["value"]) if parent else None
    record["FullyQualifiedName"] = (
        f"{above['FullyQualifiedName']}:{record['Name']}" if above else record["Name"]
    )


def _check_name(work: Work, *, forbidden: str) -> None:
    record = work.record
    name = str(record.get("Name", "")).strip()
    if not name:
        raise missing("Name")
    record["Name"] = name
    if any(sign in name for sign in forbidden):
        detail = f"The name has characters that are not supported : {name}"
        raise Fault("2040", "Invalid String. The string has unsupported characters", detail, "Name")
    for each in work.company.all(work.entity):
        if each["Name"].casefold() == name.casefold() and each["Id"] != record.get("Id"):
            detail = f"The name supplied already exists. : Id={each['Id']}"
            raise Fault("6240", "Duplicate Name Exists Error", detail, "Name")


def complete_company(work: Work) -> None:
    """Raises Fault 2020 without a name."""
    if not work.record.get("CompanyName"):
        raise missing("CompanyName")


def complete_preferences(work: Work) -> None:
    """Groups are merged: what is left out of one stays. Raises Fault 2010 for what a group does not have, 6000 for
    switching several currencies off again."""
    prior: Body = work.prior or {}
    for name, group in work.record.items():
        if isinstance(group, dict) and isinstance(prior.get(name), dict) and name != "MetaData":
            work.record[name] = _merged(name, prior[name], group)
    was_multiple = prior["CurrencyPrefs"]["MultiCurrencyEnabled"]
    if was_multiple and not work.record["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        raise broken("Multiple currencies cannot be switched off again.", "MultiCurrencyEnabled")


_OPTIONAL = {
    "AccountingInfoPrefs": {
        "BookCloseDate",
        "TaxYearMonth",
        "TaxForm",
        "DefaultARAccount",
        "DefaultAPAccount",
    },
    "SalesFormsPrefs": {
        "DefaultCustomerMessage",
        "DefaultDiscountAccount",
        "CustomField",
        "ETransactionPaymentEnabled",
    },
    "TaxPrefs": {"TaxGroupCodeRef"},
    "VendorAndPurchasesPrefs": {"DefaultTerms", "POCustomField"},
}


def _merged(name: str, prior: Body, sent: Body) -> Body:
    for each in sent:
        if each not in prior and each not in _OPTIONAL.get(name, set()):
            raise Fault(
                "2010",
                "Request has invalid or unsupported property",
                f"Property Name:{name}.{each} specified is unsupported or invalid",
                each,
            )
    together = {**prior, **sent}
    return {each: value for each, value in together.items() if value not in (None, "")}


def check_tracking(company: Company, record: Body) -> None:
    """Raises Fault 5030 for a class or department where the company does not track them so."""
    prefs = company.prefs["AccountingInfoPrefs"]
    if record.get("ClassRef") and not prefs["ClassTrackingPerTxn"]:
        raise Fault("5030", "Feature Not Supported Error", "Classes per transaction are off.", "ClassRef")
    if record.get("DepartmentRef") and not prefs["TrackDepartments"]:
        raise Fault("5030", "Feature Not Supported Error", "Locations are off.", "DepartmentRef")
    for line in record.get("Line", []):
        for detail in line.values():
            if isinstance(detail, dict) and detail.get("ClassRef") and not prefs["ClassTrackingPerTxnLine"]:
                raise Fault("5030", "Feature Not Supported Error", "Classes per line are off.", "ClassRef")
