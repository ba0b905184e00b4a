"""Accounts: names, new ones, and what is posted where."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from ledger.balances import trial_balance
from ledger.mapping import KINDS, AccountIsWrong, add_account, edit_account, map_purpose
from ledger.models import Account
from ledger.tax_accounts import tax_places
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.cast import TODAY, Cast
from tests.taxes import tax_code

Purpose = Account.Purpose


def test_each_purpose_has_an_account_of_its_kind(cast: Cast) -> None:
    found = {Purpose(account.purpose): account.kind for account in Account.objects.exclude(purpose="")}
    assert found == KINDS
    assert set(KINDS) == set(Purpose)


def test_revenue_goes_to_another_account_from_now_on(cast: Cast) -> None:
    issue(cast, drafted(cast, 60))
    before = Account.objects.get(purpose="REVENUE")
    other = add_account(code="4010", name="Engineering fees", kind="REVENUE", by=cast.finance)
    map_purpose(purpose="REVENUE", account=other, by=cast.finance)
    issue(cast, drafted(cast, 120))
    lines = {line.account_id: line.balance_amount for line in trial_balance(TODAY).lines}
    assert (lines[before.pk], lines[other.pk]) == (Decimal(-190), Decimal(-380))
    map_purpose(purpose="REVENUE", account=before, by=cast.finance)
    assert Account.objects.get(purpose="REVENUE") == before


def test_what_is_refused(cast: Cast) -> None:
    issue(cast, drafted(cast, 60))
    asset = add_account(code="1105", name="Other receivables", kind="ASSET", by=cast.finance)
    revenue = Account.objects.get(purpose="REVENUE")
    for purpose, account, words in (
        ("RECEIVABLES", asset, "has entries"),
        ("REVENUE", asset, "kind revenue"),
        ("CREDITED", revenue, "used for"),
    ):
        with pytest.raises(AccountIsWrong, match=words):
            map_purpose(purpose=purpose, account=account, by=cast.finance)
    for code, name in (("1105", "Twice"), ("", "None"), ("1", " ")):
        with pytest.raises(AccountIsWrong):
            add_account(code=code, name=name, kind="ASSET", by=cast.finance)
    with pytest.raises(AccountIsWrong):
        edit_account(account=revenue, code="1105", by=cast.finance)
    with pytest.raises(NotAllowed):
        edit_account(account=revenue, name="Mine", by=cast.member)


def test_the_page(cast: Cast, web: Any) -> None:
    page = web(cast.finance)
    assert "What is posted where" in page.get(reverse("ledger:accounts")).content.decode()
    new = {"code": "4020", "name": "Fees", "kind": "REVENUE"}
    assert page.post(reverse("ledger:account-new"), new).headers["HX-Refresh"]
    account = Account.objects.get(code="4020")
    assert (
        page.post(reverse("ledger:account", args=[account.pk]), {"code": "4021", "name": "Fees"}).status_code
        == 200
    )
    mapping = reverse("ledger:mapping", args=["REVENUE"])
    assert "4021 Fees" in page.get(mapping).content.decode()
    assert page.post(mapping, {"account": account.pk}).headers["HX-Refresh"]
    assert page.post(reverse("ledger:account-new"), new | {"code": "4021"}).status_code == 422
    assert page.get(reverse("ledger:mapping", args=["NONE"])).status_code == 404
    assert web(cast.member).get(reverse("ledger:accounts")).status_code == 403


def test_a_tax_is_owed_on_an_account_of_its_own(cast: Cast, web: Any) -> None:
    tax = tax_code("Sales tax", "8").components.get()
    own = add_account(code="2110", name="City tax payable", kind="LIABILITY", by=cast.finance)
    page, url = web(cast.finance), reverse("ledger:tax-mapping", args=[tax.pk])
    assert "on the account of all taxes" in page.get(reverse("ledger:accounts")).text
    dialog = page.get(url).text
    assert "2110 City tax payable" in dialog
    assert "2200 Customer credits" not in dialog
    assert page.post(url, {"account": own.pk})["HX-Refresh"] == "true"
    assert [(place.component, place.account) for place in tax_places()] == [(tax, own)]
    assert page.post(url, {"account": Account.objects.get(purpose="REVENUE").pk}).status_code == 422
    page.post(url, {"account": ""})
    assert [place.account for place in tax_places()] == [None]
    assert web(cast.manager).get(url).status_code == 403
