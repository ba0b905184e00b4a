"""Closed books: nothing dated on or before the closing date is written, changed or taken away."""

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.store import Body


def check_open(company: Company, record: Body, prior: Body | None) -> None:
    """Raises Fault 6210, or 6200 where no password guards the books, for the new date or the former one."""
    closed = company.prefs["AccountingInfoPrefs"].get("BookCloseDate")
    if not closed:
        return
    days = [each["TxnDate"] for each in (record, prior) if each and each.get("TxnDate")]
    if any(day <= closed for day in days):
        if company.switches["book_close_has_password"]:
            detail = "The account period has closed and the password is wanted to change it. "
            detail += f"The books are closed through {closed}."
            raise Fault("6210", "Account Period Closed, Password Required", detail, "TxnDate")
        detail = f"The account period has closed: the books are closed through {closed}."
        raise Fault("6200", "Account Period Closed", detail, "TxnDate")
