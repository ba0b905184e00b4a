"""What may be filtered and sorted by in a query, entity by entity.

The vendor marks properties as filterable in the reference of each entity; all others are refused with 4001 although
records carry them: no notes, no mail addresses, no numbers of accounts, no document number on payments.
"""

import enum


class Kind(enum.Enum):
    """How the values of a property compare."""

    ID = "a number written as text"
    TEXT = "text, whatever its case"
    NUMBER = "a decimal number"
    FLAG = "true or false"
    DAY = "a date"
    MOMENT = "a date and time with its offset"
    REFERENCE = "the id within a reference"


_STAMPS = {"MetaData.CreateTime": Kind.MOMENT, "MetaData.LastUpdatedTime": Kind.MOMENT}


def _queryable(
    text: str = "", *, numbers: str = "", flags: str = "", days: str = "", references: str = ""
) -> dict[str, Kind]:
    kinds = {"Id": Kind.ID}
    kinds |= dict.fromkeys(text.split(), Kind.TEXT)
    kinds |= dict.fromkeys(numbers.split(), Kind.NUMBER)
    kinds |= dict.fromkeys(flags.split(), Kind.FLAG)
    kinds |= dict.fromkeys(days.split(), Kind.DAY)
    kinds |= dict.fromkeys(references.split(), Kind.REFERENCE)
    return kinds | _STAMPS


_PERSON = "DisplayName GivenName MiddleName FamilyName PrintOnCheckName"
_TREE = "Name FullyQualifiedName"

ENTITIES: dict[str, dict[str, Kind]] = {
    "CompanyInfo": _queryable("CompanyName"),
    "Preferences": _queryable(),
    "Customer": _queryable(
        f"{_PERSON} CompanyName FullyQualifiedName", numbers="Balance", flags="Active Job BillWithParent"
    ),
    "Item": _queryable(f"{_TREE} Sku Type", flags="Active"),
    "Employee": _queryable(_PERSON, flags="Active"),
    "Vendor": _queryable(f"{_PERSON} CompanyName", flags="Active"),
    "Account": _queryable(
        f"{_TREE} AccountType AccountSubType Classification",
        numbers="CurrentBalance CurrentBalanceWithSubAccounts",
        flags="Active SubAccount",
    ),
    "Term": _queryable("Name Type", numbers="DueDays", flags="Active"),
    "TaxCode": _queryable("Name Description", flags="Active"),
    "Class": _queryable(_TREE, flags="Active"),
    "Department": _queryable(_TREE, flags="Active"),
    "TimeActivity": _queryable(
        "BillableStatus", days="TxnDate", references="EmployeeRef VendorRef CustomerRef"
    ),
    "Invoice": _queryable(
        "DocNumber", numbers="Balance TotalAmt", days="TxnDate DueDate", references="CustomerRef SalesTermRef"
    ),
    "Payment": _queryable(
        "PaymentRefNum", numbers="TotalAmt UnappliedAmt", days="TxnDate", references="CustomerRef"
    ),
    "CreditMemo": _queryable(
        "DocNumber", numbers="TotalAmt RemainingCredit", days="TxnDate", references="CustomerRef"
    ),
    "JournalEntry": _queryable("DocNumber", numbers="TotalAmt", days="TxnDate"),
    "Bill": _queryable(
        "DocNumber", numbers="Balance TotalAmt", days="TxnDate DueDate", references="VendorRef"
    ),
    "Purchase": _queryable("DocNumber PaymentType", numbers="TotalAmt", days="TxnDate"),
}


def is_list(entity: str) -> bool:
    """Whether only active records answer unless Active is asked for."""
    return "Active" in ENTITIES[entity]
