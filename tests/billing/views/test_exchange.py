"""Exchange differences on their page, on the invoice, in the dialog of payments, on receivables."""

from typing import Any

import pytest
from django.urls import reverse

from tests.billing.test_realising import billed, day, in_euro, paid, quote
from tests.cast import TODAY, Cast


@pytest.fixture
def euro(cast: Cast) -> Cast:
    return in_euro(cast)


def test_from_a_missing_rate_to_the_books(euro: Cast, web: Any) -> None:
    page = web(euro.finance)
    url = reverse("billing:exchange")
    assert "No exchange differences yet" in page.get(url).content.decode()
    invoice = billed(euro)
    paid(euro, invoice, "400", day(10))
    shown = page.get(url).content.decode()
    assert "For 1 settlement in another currency a rate of the day is missing" in shown
    answer = page.post(reverse("billing:exchange-work-out"), follow=True)
    assert "The rates are still missing" in answer.content.decode()
    quote((2, "1.10"), (9, "1.15"))
    shown = page.post(reverse("billing:exchange-work-out"), follow=True).content.decode()
    assert "1 exchange difference posted." in shown
    assert invoice.number in shown
    assert "$20.00" in shown
    assert "November 2026" in shown
    dialog = reverse("billing:record-payment", args=[invoice.pk])
    assert "Exchange rate: 1 EUR in USD" in page.get(dialog).content.decode()
    wish = {"amount": "600", "received_on": "2026-11-20", "method": "BANK_TRANSFER"}
    assert "above zero" in page.post(dialog, wish | {"exchange_rate": "-1"}).content.decode()
    assert page.post(dialog, wish | {"exchange_rate": "1.075"}).status_code == 200
    seen = page.get(reverse("billing:invoice", args=[invoice.pk])).content.decode()
    assert "Exchange loss" in seen
    assert "€600.00 at 1.075 instead of 1.1" in seen
    assert "−$15.00" in seen
    assert web(euro.member).get(url).status_code == 403
    assert web(euro.member).post(reverse("billing:exchange-work-out")).status_code == 403


def test_receivables_in_the_firm_s_own_currency(euro: Cast, web: Any) -> None:
    billed(euro, 300)
    quote((2, "1.10"))
    billed(euro, "333.33")
    shown = web(euro.finance).get(reverse("reports:receivables") + f"?on={TODAY}").content.decode()
    # 333.33 × 1.10 = 366.663
    assert "<strong>$366.66</strong>, without 1 invoice that has no rate" in shown
