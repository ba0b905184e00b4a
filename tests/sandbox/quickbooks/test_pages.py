"""What people see, in a real browser: the consent, a company, a record."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page

from tests.sandbox.quickbooks.calling import Caller, call
from tests.sandbox.test_browser import SIZES, check, page
from tests.stand_ins import Sandbox, run_sandbox

__all__ = ["SIZES", "page"]


def question(sandbox: Sandbox, back: str) -> str:
    asked = {
        "client_id": "sandbox-client",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": back,
        "state": "state-1",
    }
    return f"{sandbox.http_url}/quickbooks/connect/oauth2?{urlencode(asked)}"


def test_a_company_is_chosen_and_the_browser_moves_on(sandbox: Sandbox, page: Page) -> None:
    back = f"http://localhost:{sandbox.http_port}/stripe"
    page.goto(question(sandbox, back))
    check(page)
    page.get_by_label("Northlight Partners Inc.").check()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("heading", name="Connected", exact=True).wait_for()
    page.wait_for_url(f"{back}?code=*")
    told = parse_qs(urlsplit(page.url).query)
    assert (told["realmId"], told["state"]) == (["9341453000000002"], ["state-1"])
    page.goto(question(sandbox, back))
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{back}?error=access_denied*")


def test_a_company_and_its_records(caller: Caller, page: Page) -> None:
    made = caller.invoice(caller.customer()["Id"], 120, DocNumber="HM-7")
    facts: dict[str, Any] = {"TotalAmt": 120, "CustomerRef": made["CustomerRef"]}
    link = {"Amount": 120, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}]}
    payment = caller.make("Payment", **facts, Line=[link])
    home = caller.sandbox.http_url
    page.goto(f"{home}/quickbooks")
    check(page)
    page.get_by_role("link", name="Hartwell & Moss LLC").click()
    check(page)
    page.get_by_role("link", name="HM-7").click()
    page.get_by_role("heading", name="Invoice HM-7").wait_for()
    assert page.get_by_text("paid", exact=True).is_visible()
    check(page)
    for path in (f"payment/{payment['Id']}", f"Customer/{made['CustomerRef']['value']}"):
        page.goto(f"{home}/quickbooks/company/{caller.realm}/{path}")
        page.get_by_role("link", name="Hartwell & Moss LLC").wait_for()
        check(page)
    for path in ("company/1", f"company/{caller.realm}/invoice/9999", f"company/{caller.realm}/x/1"):
        answer = page.goto(f"{home}/quickbooks/{path}")
        assert answer
        assert answer.status == 404
    page.goto(f"{home}/quickbooks/connect/oauth2?client_id=x")
    page.get_by_role("heading", name="The application cannot connect").wait_for()
    check(page)


def test_books_outlive_a_restart(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as sandbox:
        caller = call(sandbox)
        made = caller.invoice(caller.customer()["Id"], 10)
        token = caller.session.headers["Authorization"]
    with run_sandbox(tmp_path) as sandbox:
        again = Caller(sandbox, caller.realm, caller.session)
        assert caller.session.headers["Authorization"] == token
        assert again.get(f"invoice/{made['Id']}").json()["Invoice"] == made
