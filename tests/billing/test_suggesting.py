"""Reasons that dialogs offer: kept by the firm, shown where somebody is asked why."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.models import SuggestedReason
from billing.suggesting import ReasonIsTooLong, TooManyReasons, set_reasons
from core.errors import NotAllowed
from tests.billing.work import drafted
from tests.cast import Cast

HX = {"HX-Request": "true"}


def words(kind: str) -> list[str]:
    return list(SuggestedReason.objects.filter(kind=kind).values_list("words", flat=True))


def test_a_list_is_kept_in_its_order(cast: Cast) -> None:
    assert words("WRITE")[:2] == ["Agreed with the client", "Beyond the budget"]
    set_reasons(kind="WRITE", words=["Rework", "  ", "Gift  of ours", "rework"], by=cast.owner)
    assert words("WRITE") == ["Rework", "Gift of ours"]
    assert "Goodwill" in words("DISCOUNT")
    set_reasons(kind="WRITE", words=["Gift of ours", "Rework"], by=cast.owner)
    assert words("WRITE") == ["Gift of ours", "Rework"]
    with pytest.raises(ReasonIsTooLong):
        set_reasons(kind="WRITE", words=["x" * 121], by=cast.owner)
    with pytest.raises(TooManyReasons):
        set_reasons(kind="WRITE", words=[str(each) for each in range(41)], by=cast.owner)
    with pytest.raises(NotAllowed):
        set_reasons(kind="WRITE", words=[], by=cast.member)
    set_reasons(kind="WRITE", words=[], by=cast.owner)
    assert words("WRITE") == []


def test_the_firm_writes_them_and_dialogs_offer_them(cast: Cast, web: Callable[..., Any]) -> None:
    owner = web(cast.owner)
    page = "/billing/reasons/"
    assert "Waiting for a purchase order" in owner.get(page).text
    lists = {"WRITE": "Rework\nGift of ours", "DISCOUNT": "Summer", "HOLD": "PO"}
    assert owner.post(page, lists).status_code == 302
    assert (words("WRITE"), words("VOID")) == (["Rework", "Gift of ours"], [])
    assert owner.post(page, {"WRITE": "x" * 130}).status_code == 422
    assert words("WRITE") == ["Rework", "Gift of ours"]
    assert web(cast.member).get(page).status_code == 403

    draft = drafted(cast, 60)
    finance = web(cast.finance)
    # The editor asks for them once somebody begins to write.
    assert 'hx-get="/billing/reasons/offered/"' in finance.get(f"/billing/drafts/{draft.pk}/").text
    shown = finance.get("/billing/reasons/offered/", headers=HX).text
    assert '<datalist id="reasons-write"><option value="Rework">' in shown
    dialog = finance.get(f"/billing/drafts/{draft.pk}/discount/", headers=HX).text
    assert 'list="reasons-discount"' in dialog
    assert '<option value="Summer">' in dialog
