"""Credit memos in a real browser: pages fit at both widths in both themes, and axe finds nothing."""

import os
import re
from pathlib import Path
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from billing.models import CreditMemo, Invoice
from tests.billing.corrections import correct
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.browsers import axe
from tests.cast import Cast
from tests.staffing.test_leave_in_browser import BUSY, TOO_WIDE, Open, people, window

__all__ = ["people", "window"]
# Where pictures go for somebody to look at; nowhere by default.
PICTURES = os.environ.get("PICTURES", "")


def test_pages_of_corrections_fit_and_axe_finds_nothing(people: Cast, window: Open) -> None:
    invoice = issue(people, drafted(people, 600, 60))
    correct(people, invoice)
    draft = CreditMemo.objects.get(state="DRAFT")
    paths: dict[str, tuple[str, list[Any]]] = {
        "credits": ("billing:credits", []),
        "credit": ("billing:credit", [CreditMemo.objects.filter(state="ISSUED")[0].pk]),
        "form": ("billing:credit-new", [invoice.pk]),
        "draft": ("billing:credit", [draft.pk]),
        "free": ("billing:credit-free", []),
        "invoice": ("billing:invoice", [Invoice.objects.get(pk=invoice.pk).pk]),
        "accounts": ("ledger:accounts", []),
        "receivables": ("reports:receivables", []),
    }
    found: list[Any] = []
    for width, theme in ((1440, "light"), (375, "dark")):
        page = window(people.finance, reverse("billing:credits"), width=width, theme=theme)
        for name, (view, pk) in paths.items():
            page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + reverse(view, args=pk))
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
            found += [(name, width, said) for said in axe(page)]
            found += [(name, width, "too wide")] * (page.evaluate(TOO_WIDE) > 0)
    assert found == []
    page.goto(
        page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + reverse("billing:credit", args=[draft.pk])
    )
    page.get_by_role("button", name="Issue", exact=True).click()
    expect(page.get_by_role("heading", name="Issue this credit memo?")).to_be_visible(timeout=BUSY)
    page.get_by_role("button", name="Issue credit memo").click()
    expect(page.get_by_role("heading", name=re.compile(r"^CM-\d{4}-\d{4}$"))).to_be_visible(timeout=BUSY)
