"""Time activities."""

import datetime

from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.lists import check_tracking
from sandbox.quickbooks.money import number, seven
from sandbox.quickbooks.work import Work
from sandbox.store import Body


def complete(work: Work) -> None:
    """Raises Fault 2020, 2080, 6290, 6300, 6310, 6320, 6330, 6350, 6370, 6380, 6390, 5030."""
    record, company = work.record, work.company
    _who(record)
    record.setdefault("TxnDate", company.today().isoformat())
    check_tracking(company, record)
    minutes = _minutes(record)
    if minutes > company.switches["longest_time_minutes"]:
        raise Fault("6380", "Time is too long", "A time activity has no more than 24 hours.", "Hours")
    if company.prefs["TimeTrackingPrefs"]["UseServices"] and not record.get("ItemRef", {}).get("value"):
        raise missing("ItemRef")
    _billing(work)


def _who(record: Body) -> None:
    who = record.get("NameOf")
    if not who:
        raise missing("NameOf")
    if who == "Employee" and not record.get("EmployeeRef", {}).get("value"):
        raise Fault("6290", "EmployeeRef required", "NameOf Employee needs an EmployeeRef.", "EmployeeRef")
    if who != "Employee" and not record.get("VendorRef", {}).get("value"):
        raise Fault("6300", "VendorRef required", f"NameOf {who} needs a VendorRef.", "VendorRef")
    record.pop("VendorRef" if who == "Employee" else "EmployeeRef", None)


def _minutes(record: Body) -> int:
    has_hours = any(record.get(name) is not None for name in ("Hours", "Minutes"))
    start, end = record.get("StartTime"), record.get("EndTime")
    if has_hours and (start or end):
        detail = "Either Hours and Minutes or StartTime and EndTime."
        raise Fault("6390", "Time is given twice", detail, "Hours")
    if start and end:
        began, ended = datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end)
        if (began.tzinfo is None) != (ended.tzinfo is None) or ended <= began:
            raise Fault("6370", "Time is reversed", "EndTime must be after StartTime.", "EndTime")
        return int((ended - began).total_seconds()) // 60
    if not has_hours:
        raise Fault("6350", "Time is missing", "Hours and Minutes, or StartTime and EndTime.", "Hours")
    hours, minutes = int(record.get("Hours") or 0), int(record.get("Minutes") or 0)
    if hours < 0 or not 0 <= minutes <= 59:
        raise Fault("2080", "Number out of range", "Minutes are 0 to 59, hours not negative.", "Minutes")
    if not hours and not minutes:
        raise Fault("6350", "Time is missing", "A time activity has at least a minute.", "Hours")
    record.update(Hours=hours, Minutes=minutes)
    return hours * 60 + minutes


def _billing(work: Work) -> None:
    record = work.record
    status = record.setdefault("BillableStatus", "NotBillable")
    if status == "HasBeenBilled" and (work.prior or {}).get("BillableStatus") != "HasBeenBilled":
        raise Fault("6320", "Invalid BillableStatus", "HasBeenBilled cannot be set.", "BillableStatus")
    if status == "Billable":
        if not record.get("CustomerRef", {}).get("value"):
            raise Fault("6310", "CustomerRef required", "Billable time needs a CustomerRef.", "CustomerRef")
        if record.get("HourlyRate") is None:
            raise Fault("6330", "HourlyRate required", "Billable time needs an HourlyRate.", "HourlyRate")
    for name in ("HourlyRate", "CostRate"):
        if record.get(name) is not None:
            record[name] = seven(number(record[name]))
    record.setdefault("Taxable", False)
