"""Discounts of a draft and the tax codes of its lines by the API."""

from collections.abc import Callable

from tests.api.conftest import Program
from tests.billing.work import drafted
from tests.cast import Cast
from tests.taxes import tax_code


def test_programs_set_them_too(cast: Cast, api: Callable[..., Program]) -> None:
    code = tax_code("Sales tax", "8")
    invoice = drafted(cast, 600, rate=100)
    kemi, path = api(cast.finance), f"/invoices/{invoice.pk}"
    line = invoice.lines.get().pk
    kemi.put(f"{path}/discounts", {"line_id": line, "percent": "10", "reason": "Loyal"})
    found = kemi.put(f"{path}/discounts", {"amount": "50.00", "reason": "Goodwill", "version": 2})
    assert (kemi.status, found["total_amount"], found["discount_amount"]) == (200, "850.00", "150.00")
    assert [
        (row["line_id"], row["percent"], row["amount"], row["taken_amount"]) for row in found["discounts"]
    ] == [
        (line, "10.00", None, "100.00"),
        (None, None, "50.00", "50.00"),
    ]
    taxed = kemi.put(f"{path}/lines/{line}/tax", {"tax_code_id": code.pk})
    (row,) = taxed["lines"]
    assert (row["tax_code_id"], row["is_tax_chosen"], taxed["total_amount"]) == (code.pk, True, "918.00")
    kemi.put(f"{path}/lines/{line}/tax", {"is_tax_chosen": False})
    gone = kemi.delete(f"{path}/discounts/{found['discounts'][0]['id']}")
    assert (gone["total_amount"], gone["lines"][0]["tax_code_id"]) == ("950.00", None)
    kemi.put(f"{path}/discounts", {"percent": "1", "amount": "1", "reason": "Both"})
    assert kemi.status == 422
