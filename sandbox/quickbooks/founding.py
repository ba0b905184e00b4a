"""New companies with the lists that a company usually begins with; always the same ones."""

import datetime

from sandbox.quickbooks.company import Company, begin, realms
from sandbox.quickbooks.references import HOME
from sandbox.store import Body
from sandbox.world import World

# The companies that are there from the start.
USUAL = {"9341453000000001": "Hartwell & Moss LLC", "9341453000000002": "Northlight Partners Inc."}
_FIRST_FREE = 9341453000000003
_ACCOUNTS = [
    ("Checking", "Bank", "Checking", "Asset"),
    ("Savings", "Bank", "Savings", "Asset"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable", "Asset"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds", "Asset"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", "Liability"),
    ("Company Card", "Credit Card", "CreditCard", "Liability"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable", "Liability"),
    ("Customer Deposits", "Other Current Liability", "OtherCurrentLiabilities", "Liability"),
    ("Deferred Revenue", "Other Current Liability", "DeferredRevenue", "Liability"),
    ("Retained Earnings", "Equity", "RetainedEarnings", "Equity"),
    ("Services", "Income", "ServiceFeeIncome", "Revenue"),
    ("Reimbursed Expenses", "Income", "ServiceFeeIncome", "Revenue"),
    ("Discounts Given", "Income", "DiscountsRefundsGiven", "Revenue"),
    ("Cost of Services", "Cost of Goods Sold", "CostOfLaborCos", "Expense"),
    ("Travel", "Expense", "Travel", "Expense"),
    ("Meals", "Expense", "EntertainmentMeals", "Expense"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses", "Expense"),
    ("Subcontractors", "Expense", "CostOfLabor", "Expense"),
]
_TERMS = {"Due on receipt": 0, "Net 15": 15, "Net 30": 30, "Net 60": 60}
_ITEMS = {"Consulting": 180, "Design": 150, "Project management": 165}
_CUSTOMERS = [
    ("Bluefin Robotics", "ap@bluefin.example", "12 Harbor Way", "Boston", "MA", "02110"),
    ("Cedar Valley Clinic", "office@cedarvalley.example", "480 Orchard Road", "Boulder", "CO", "80302"),
    ("Marlow & Finch", "accounts@marlowfinch.example", "77 Mercer Street", "New York", "NY", "10012"),
]
_EMPLOYEES = [("Grace", "Bennett"), ("Theo", "Lindqvist"), ("Priya", "Nair")]
_VENDORS = [("Okafor Analytics", True), ("Riverside Printing", False)]


def companies(world: World) -> list[Company]:
    """Every company, oldest first; the usual ones are made when there is none."""
    if not realms(world):
        for realm, name in USUAL.items():
            found(world, name, realm)
        world.store.commit()
    return [Company(world, realm) for realm in realms(world)]


def found(world: World, name: str, realm: str = "") -> Company:
    """A company that can be worked with at once. No events tell of its founding."""
    if not realm:
        realm = str(max([_FIRST_FREE - 1, *(int(each) for each in realms(world))]) + 1)
    company = begin(world, realm, name)
    _own(company)
    accounts = {account[0]: _put(company, "Account", _account(*account)) for account in _ACCOUNTS}
    _taxes(company)
    for term, days in _TERMS.items():
        _put(company, "Term", {"Name": term, "Active": True, "Type": "STANDARD", "DueDays": days})
    income = accounts["Services"]
    for item, price in _ITEMS.items():
        _put(company, "Item", _item(item, price, {"value": income["Id"], "name": income["Name"]}))
    _people(company)
    return company


def _put(company: Company, type_: str, record: Body) -> Body:
    return company.store(type_, {**record, "domain": "QBO", "sparse": False}, "-")


def _account(name: str, type_: str, sub_type: str, classification: str) -> Body:
    record: Body = {"Name": name, "FullyQualifiedName": name, "SubAccount": False, "Active": True}
    record |= {"AccountType": type_, "AccountSubType": sub_type, "Classification": classification}
    return record | {"CurrentBalance": 0, "CurrentBalanceWithSubAccounts": 0, "CurrencyRef": dict(HOME)}


def _item(name: str, price: int, account: Body) -> Body:
    record: Body = {"Name": name, "FullyQualifiedName": name, "Active": True, "Type": "Service"}
    return record | {
        "Taxable": False,
        "UnitPrice": price,
        "IncomeAccountRef": account,
        "TrackQtyOnHand": False,
    }


def _taxes(company: Company) -> None:
    for code, is_taxable in (("TAX", True), ("NON", False)):
        description = "Taxable" if is_taxable else "Not taxable"
        record: Body = {"Id": code, "Name": code, "Description": description, "Taxable": is_taxable}
        _put(company, "TaxCode", record | {"Active": True, "TaxGroup": is_taxable, "Hidden": False})


def _people(company: Company) -> None:
    for name, mail, street, city, state, postal in _CUSTOMERS:
        address = {"Line1": street, "City": city, "CountrySubDivisionCode": state, "PostalCode": postal}
        record: Body = {"DisplayName": name, "CompanyName": name, "FullyQualifiedName": name, "Active": True}
        record |= {
            "PrintOnCheckName": name,
            "Job": False,
            "BillWithParent": False,
            "Level": 0,
            "Taxable": False,
        }
        record |= {"Balance": 0, "BalanceWithJobs": 0, "CurrencyRef": dict(HOME), "IsProject": False}
        _put(company, "Customer", {**record, "BillAddr": address, "PrimaryEmailAddr": {"Address": mail}})
    for given, family in _EMPLOYEES:
        name = f"{given} {family}"
        mail = f"{given.lower()}.{family.lower()}@example.com"
        record = {"GivenName": given, "FamilyName": family, "DisplayName": name, "PrintOnCheckName": name}
        record |= {"Active": True, "BillableTime": False, "PrimaryEmailAddr": {"Address": mail}}
        _put(company, "Employee", record)
    for name, is_contractor in _VENDORS:
        record = {"DisplayName": name, "CompanyName": name, "PrintOnCheckName": name, "Active": True}
        _put(
            company, "Vendor", record | {"Vendor1099": is_contractor, "Balance": 0, "CurrencyRef": dict(HOME)}
        )


def _own(company: Company) -> None:
    address = {"Line1": "200 Market Street", "City": "San Francisco", "CountrySubDivisionCode": "CA"}
    address |= {"PostalCode": "94105", "Country": "USA"}
    record: Body = {"Id": "1", "CompanyName": company.name, "LegalName": company.name, "Country": "USA"}
    record |= {"CompanyAddr": address, "LegalAddr": address, "FiscalYearStartMonth": "January"}
    record |= {"CompanyStartDate": datetime.date(2020, 1, 1).isoformat(), "SupportedLanguages": "en"}
    names = {"NeoEnabled": "true", "IndustryType": "Consulting", "OfferingSku": "QuickBooks Online Plus"}
    record["NameValue"] = [{"Name": name, "Value": value} for name, value in names.items()]
    _put(company, "CompanyInfo", record)
    _put(company, "Preferences", {"Id": "1", **_preferences()})


def _preferences() -> Body:
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January",
            "UseAccountNumbers": False,
            "TrackDepartments": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {"ForSales": True, "ForPurchase": True, "QuantityWithPriceAndRate": True},
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "AllowEstimates": True,
            "AllowServiceDate": True,
            "DefaultTerms": {"value": ""},
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": True, "BillableExpenseTracking": True},
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "MarkTimeEntriesBillable": False,
            "WorkWeekStartDate": "Monday",
        },
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "ReportPrefs": {"ReportBasis": "Accrual"},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "ProjectsEnabled", "Value": "true"},
                {"Name": "TimeTrackingFeatureEnabled", "Value": "true"},
            ]
        },
    }
