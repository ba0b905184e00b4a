"""How the company keeps its books, as its settings were when they were last pulled."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.models import RemoteRecord
from integrations.quickbooks.lists import COMPANY, PREFERENCES
from integrations.quickbooks.tokens import PROVIDER


@dataclass(frozen=True)
class Books:
    """Home currency, whether others are allowed, whether sales tax is on, through which day the books are closed."""

    currency: str
    has_currencies: bool
    has_sales_tax: bool
    closed_through: date | None
    is_american: bool


def books(account_id: str) -> Books:
    """One statement. Before the first pull: an American company with open books in US dollars."""
    rows = RemoteRecord.objects.filter(
        provider=PROVIDER, account_id=account_id, remote_type__in=[COMPANY, PREFERENCES]
    )
    images = dict(rows.values_list("remote_type", "image"))
    settings: dict[str, Any] = images.get(PREFERENCES, {})
    currency = settings.get("CurrencyPrefs") or {}
    closed = (settings.get("AccountingInfoPrefs") or {}).get("BookCloseDate")
    country = str((images.get(COMPANY) or {}).get("Country") or "US")
    return Books(
        currency=(currency.get("HomeCurrency") or {}).get("value") or "USD",
        has_currencies=bool(currency.get("MultiCurrencyEnabled", False)),
        has_sales_tax=bool((settings.get("TaxPrefs") or {}).get("UsingSalesTax", True)),
        closed_through=date.fromisoformat(closed[:10]) if closed else None,
        is_american=country in ("US", "USA"),
    )
