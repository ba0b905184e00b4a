"""Discounts and tax codes of lines over HTTP: the dialogs of the draft editor."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.models import Discount, Invoice
from tests.billing.work import drafted
from tests.cast import Cast
from tests.taxes import tax_code

HX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def total() -> Decimal:
    return Invoice.objects.get().total_amount


def test_dialogs_of_the_editor(web: Callable[..., Any], cast: Cast) -> None:
    cast.client.tax_code = tax_code("Sales tax", "8")
    cast.client.save()
    invoice = drafted(cast, 600, rate=100)
    line, page = invoice.lines.get(), web(cast.finance)
    ask = page.get(url("line-discount", line.pk), headers=HX).content.decode()
    assert f"Discount on {line.description}" in ask
    typed = {"value": "12,5", "unit": "PERCENT", "reason": "", "version": 1}
    refused = page.post(url("line-discount", line.pk), typed, headers=HX)
    assert (refused.status_code, "Say why; the client reads it" in refused.content.decode()) == (422, True)
    wrong = page.post(url("discount", invoice.pk), typed | {"value": "101", "reason": "Loyal"}, headers=HX)
    assert "at most 100" in wrong.content.decode()
    saved = page.post(url("line-discount", line.pk), typed | {"value": "12.5", "reason": "Loyal"}, headers=HX)
    assert (saved.status_code, saved.headers["HX-Refresh"], total()) == (200, "true", 945)
    late = page.post(url("discount", invoice.pk), typed | {"value": "5", "reason": "Old page"}, headers=HX)
    assert (late.status_code, total()) == (422, 945)
    whole = {"value": "75", "unit": "AMOUNT", "reason": "Goodwill", "version": 2}
    assert page.post(url("discount", invoice.pk), whole, headers=HX).status_code == 200
    assert total() == 864

    shown = page.get(url("draft", invoice.pk)).content.decode()
    for words in ("(12.5 %), Loyal", "Discounts on lines", "Goodwill", "−75.00", "−125.00"):
        assert words in shown
    tax = {"tax": "none", "version": 3}
    assert (
        "As the client&#x27;s record says" in page.get(url("line-tax", line.pk), headers=HX).content.decode()
    )
    assert page.post(url("line-tax", line.pk), tax, headers=HX).status_code == 200
    assert total() == 800
    assert "No tax" in page.get(url("draft", invoice.pk)).content.decode()
    page.post(url("line-tax", line.pk), tax | {"tax": "client", "version": 4}, headers=HX)
    for discount in Discount.objects.all():
        assert page.post(url("discount-remove", discount.pk), {"version": ""}, headers=HX).status_code == 200
    assert total() == 1080
    assert web(cast.member).get(url("discount", invoice.pk), headers=HX).status_code == 403
