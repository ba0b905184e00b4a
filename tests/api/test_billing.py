"""From unbilled work to a paid invoice by the API alone, with the rights of the pages."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.models import Invoice
from core.models import Mail
from tests.api.conftest import Program
from tests.billing.work import log
from tests.cast import TODAY, Cast

Api = Callable[..., Program]
DAY, THROUGH = TODAY.isoformat(), "2026-11-30"


@pytest.fixture
def kemi(cast: Cast, api: Api) -> Program:
    log(cast.member, cast.design, 90)
    log(cast.member, cast.review, 60)
    return api(cast.finance)


def draft(kemi: Program, cast: Cast, **changes: Any) -> Any:
    return kemi.post("/invoices", {"project_id": cast.project.pk, "through": THROUGH, "on": DAY} | changes)


def test_what_may_be_billed_by_project_and_by_entry(cast: Cast, kemi: Program) -> None:
    log(cast.member, cast.design, 30, state="SUBMITTED")
    log(cast.member, cast.design, 20, rate=None)
    (row,) = kemi.get(f"/unbilled?through={THROUGH}")["items"]
    assert (row["ready_minutes"], row["ready_amount"], row["currency"]) == (150, "475.00", "USD")
    assert (row["waiting_minutes"], row["unrated_minutes"]) == (30, 20)
    listed = kemi.get(f"/unbilled/entries?through={THROUGH}&limit=2")
    more = kemi.get(f"/unbilled/entries?through={THROUGH}&limit=2&cursor={listed['next_cursor']}")
    rows = [*listed["items"], *more["items"]]
    assert [(each["amount"], each["is_ready"]) for each in rows] == [
        ("285.00", True),
        ("190.00", True),
        ("95.00", False),
        (None, False),
    ]
    ready = kemi.get(f"/unbilled/entries?through={THROUGH}&is_ready=true")["items"]
    assert [each["remaining_minutes"] for each in ready] == [90, 60]
    assert kemi.post("/unbilled/rate", {"entry_ids": [rows[3]["entry_id"]]}) == {"rated": 1}


def test_from_draft_to_paid(cast: Cast, kemi: Program) -> None:
    invoice = draft(kemi, cast)
    assert kemi.status == 201
    path = f"/invoices/{invoice['id']}"
    assert (invoice["state"], invoice["stage"], invoice["total_amount"]) == ("DRAFT", "DRAFT", "475.00")
    assert [(line["amount"], line["minutes"]) for line in invoice["lines"]] == [
        ("285.00", 90),
        ("190.00", 60),
    ]
    first = invoice["lines"][0]["id"]
    (billed,) = kemi.get(f"{path}/lines/{first}/time")["items"]
    assert (billed["minutes"], billed["rate_amount"], billed["staff_name"]) == (90, "190.00", "Priya Raman")
    problem = kemi.patch(f"{path}/lines/{first}", {"amount": "250", "version": invoice["version"]})
    assert [error["path"] for error in problem["errors"]] == ["reason"]
    changed = kemi.patch(f"{path}/lines/{first}", {"amount": "250", "reason": "Agreed with Alma"})
    assert changed["lines"][0]["adjustment_amount"] == "-35.00"
    kemi.patch(path, {"title": "November", "version": invoice["version"]})
    assert kemi.status == 409
    assert kemi.patch(path, {"title": "November", "po_number": "PO 7"})["title"] == "November"
    grown = kemi.post(f"{path}/lines", {"description": "Discount", "amount": -40.5})
    assert grown["total_amount"] == "399.50"
    kemi.delete(f"{path}/lines/{grown['lines'][-1]['id']}?version={grown['version']}")
    issued = kemi.post(f"{path}/issue", {"on": DAY, "version": grown["version"] + 1})
    assert (issued["state"], issued["issued_on"], issued["total_amount"]) == ("ISSUED", DAY, "440.00")
    assert issued["number"].endswith("2026-0001")
    frozen = kemi.get(f"{path}/document")
    assert (frozen["is_frozen"], frozen["content"]["number"]) == (True, issued["number"])
    kemi.delete(path)
    assert kemi.status == 409
    pay(kemi, path, issued["number"])


def pay(kemi: Program, path: str, number: str) -> None:
    """Sends the invoice, takes the mail back, and records two payments."""
    sent = kemi.post(f"{path}/send", {})
    assert (sent["to"], number in sent["subject"]) == (["ap@larkspur.example"], True)
    kemi.post(f"{path}/unsend", {"mail_id": sent["mail_id"]})
    assert kemi.status == 204
    assert Mail.objects.get(pk=sent["mail_id"]).state == "CANCELED"
    wish = {"amount": "140", "received_on": DAY, "on": DAY, "reference": "1001"}
    payment = kemi.post(f"{path}/payments", wish)
    assert (kemi.status, payment["amount"], payment["credit_amount"]) == (201, "140.00", "0.00")
    assert kemi.get(path)["stage"] in ("PARTLY_PAID", "OVERDUE")
    owed = kemi.get(f"/receivables?on={DAY}")
    assert [(row["client_name"], row["total_amount"]) for row in owed["clients"]] == [
        ("City of Larkspur", "300.00")
    ]
    assert [tie["difference"] for tie in owed["ties"]] == ["0.00"]
    assert kemi.get("/receivables?on=2026-11-24")["clients"] == []
    problem = kemi.post(f"{path}/payments", wish | {"amount": "300.01"})
    assert [error["path"] for error in problem["errors"]] == ["amount"]
    kemi.post(f"{path}/payments", wish | {"amount": "300", "method": "BANK_TRANSFER"})
    assert kemi.get(path)["stage"] == "PAID"
    listed = kemi.get(f"/payments?invoice_id={path.rpartition('/')[2]}")["items"]
    assert [row["amount"] for row in listed] == ["140.00", "300.00"]
    assert kemi.get(f"/payments/{listed[0]['id']}") == listed[0]


def test_the_pdf_is_a_pdf(cast: Cast, kemi: Program) -> None:
    path = f"/invoices/{draft(kemi, cast)['id']}"
    for state in ("DRAFT", "ISSUED"):
        answer: Any = kemi.web.get(f"/api/v1{path}/pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), state
        assert b"".join(answer.streaming_content).startswith(b"%PDF"), state
        kemi.post(f"{path}/issue", {"on": DAY})


def test_a_void_invoice_frees_its_work(cast: Cast, kemi: Program) -> None:
    path = f"/invoices/{draft(kemi, cast)['id']}"
    kemi.post(f"{path}/issue", {"on": DAY})
    problem = kemi.post(f"{path}/void", {"reason": " "})
    assert [error["path"] for error in problem["errors"]] == ["reason"]
    void = kemi.post(f"{path}/void", {"reason": "Wrong project", "on": DAY})
    assert (void["state"], void["stage"], void["voided_on"]) == ("VOID", "VOID", DAY)
    assert kemi.get(f"/unbilled?through={THROUGH}")["items"][0]["ready_minutes"] == 150


def test_drafts_are_recalculated_and_discarded(cast: Cast, kemi: Program) -> None:
    invoice = draft(kemi, cast)
    path = f"/invoices/{invoice['id']}"
    nothing = draft(kemi, cast)
    assert (kemi.status, nothing["type"]) == (422, "urn:psa:problem:nothing-to-bill")
    assert kemi.get(f"{path}/changes") == {"is_stale": False, "difference_amount": "0.00", "entries": []}
    assert kemi.post(f"{path}/recalculate", {})["total_amount"] == "475.00"
    kemi.delete(path)
    assert (kemi.status, Invoice.objects.count()) == (204, 0)
    (outcome,) = kemi.post("/invoices/draft-many", {"project_ids": [cast.project.pk], "through": THROUGH})[
        "items"
    ]
    assert outcome["total_amount"] == "475.00"


def test_drafting_in_the_background_tells_how_far_it_is(
    cast: Cast, kemi: Program, django_capture_on_commit_callbacks: Any
) -> None:
    wish = {"project_ids": [cast.project.pk], "through": THROUGH}
    with django_capture_on_commit_callbacks(execute=True):
        job = kemi.post("/drafting-jobs", wish)
    assert kemi.status == 202
    done = kemi.get(f"/drafting-jobs/{job['id']}")
    assert (done["state"], done["done"]) == ("DONE", 1)
    assert done["result"]["projects"][0]["amount"] == "475.00"
    assert kemi.post(f"/drafting-jobs/{job['id']}/undo") == {"deleted": 1}


def test_invoices_are_listed_by_where_they_stand_and_by_change(cast: Cast, kemi: Program) -> None:
    first = draft(kemi, cast)
    kemi.post(f"/invoices/{first['id']}/issue", {"on": DAY})
    log(cast.member, cast.design, 60)
    second = draft(kemi, cast)
    ids = {"drafts": [second["id"]], "open": [first["id"]], "paid": [], "void": []}
    for stage, expected in ids.items():
        assert [row["id"] for row in kemi.get(f"/invoices?stage={stage}")["items"]] == expected
    wish = {"amount": "1", "received_on": DAY, "on": DAY}
    kemi.post(f"/invoices/{first['id']}/payments", wish)
    since = second["updated_at"].replace("+", "%2B")
    rows = kemi.get(f"/invoices?updated_since={since}")["items"]
    assert [row["id"] for row in rows] == [second["id"], first["id"]]
    assert [row["id"] for row in kemi.get("/invoices?q=larkspur&state=DRAFT")["items"]] == [second["id"]]


def test_a_repeated_payment_with_its_key_is_one_payment(cast: Cast, kemi: Program) -> None:
    path = f"/invoices/{draft(kemi, cast)['id']}"
    kemi.post(f"{path}/issue", {"on": DAY})
    wish = {"amount": "10", "received_on": DAY, "on": DAY}
    first = kemi.post(f"{path}/payments", wish, **{"Idempotency-Key": "check-1001"})
    assert kemi.post(f"{path}/payments", wish, **{"Idempotency-Key": "check-1001"}) == first
    assert len(kemi.get("/payments")["items"]) == 1


@pytest.mark.parametrize("path", ["/invoices", "/payments", "/unbilled", "/receivables", "/billing-rules"])
def test_without_the_right_nothing_is_told(cast: Cast, api: Api, path: str) -> None:
    priya = api(cast.member)
    priya.get(path)
    assert priya.status == 403


def test_rules_are_read_and_changed(cast: Cast, kemi: Program) -> None:
    assert kemi.get("/billing-rules")["number_prefix"] == "INV"
    changed = kemi.patch("/billing-rules", {"number_prefix": "HM"})
    assert (changed["number_prefix"], changed["link_days"]) == ("HM", 365)
    problem = kemi.patch("/billing-rules", {"number_prefix": "H M"})
    assert [error["path"] for error in problem["errors"]] == ["number_prefix"]
