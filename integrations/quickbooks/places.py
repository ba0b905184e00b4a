"""Where a record is seen in QuickBooks itself."""

from django.conf import settings

# The page of QuickBooks's own application that opens a record of each type (its address bar says so).
PAGES = {
    "Invoice": "invoice",
    "Payment": "recvpayment",
    "TimeActivity": "timeactivity",
    "Customer": "customerdetail",
}


def record_url(account_id: str, remote_type: str, remote_id: str) -> str:
    """The address at which a person opens the record; they must be signed in to that company there."""
    url: str = settings.QUICKBOOKS_RECORD_URL
    return url.format(
        realm=account_id, entity=remote_type.lower(), page=PAGES.get(remote_type, "homepage"), id=remote_id
    )
