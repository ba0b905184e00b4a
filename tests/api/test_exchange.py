"""Realised exchange differences by the API."""

from collections.abc import Callable

from billing.models import ExchangeDifference
from tests.api.conftest import Program
from tests.billing.test_realising import D, billed, in_euro, quote
from tests.cast import TODAY, Cast


def test_by_api(cast: Cast, api: Callable[..., Program]) -> None:
    kemi = api(in_euro(cast).finance)
    quote((2, "1.10"))
    invoice = billed(cast)
    wish = {"amount": "1000", "received_on": "2026-11-10", "on": TODAY.isoformat(), "exchange_rate": "1.15"}
    assert kemi.post(f"/invoices/{invoice.pk}/payments", wish)["exchange_rate"] == "1.15"
    [row] = kemi.get(f"/exchange-differences?invoice_id={invoice.pk}&first_on=2026-11-10")["items"]
    kept = ExchangeDifference.objects.get()
    assert (row["difference_amount"], row["base_currency"], row["entry_id"]) == (
        "50.00",
        "USD",
        kept.entry_id,
    )
    assert (row["booked_rate"], row["settled_rate"], row["invoice_id"]) == ("1.10", "1.15", invoice.pk)
    assert kemi.get("/exchange-differences?last_on=2026-11-09")["items"] == []
    assert kemi.post("/exchange-differences/work-out", {}) == {"worked_out": 0, "missing": 0}
    assert kept.difference_amount == D(50)
    assert kemi.get(f"/receivables?on={TODAY}")["base_totals"] == []
