"""Reminders, stops, notes and statements by the API alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core import clock
from tests.api.conftest import Program
from tests.billing.dunned import owed
from tests.cast import Cast
from tests.days import today

Api = Callable[..., Program]


def test_a_late_client_by_the_api(cast: Cast, api: Api, django_capture_on_commit_callbacks: Any) -> None:
    kemi, olu = api(cast.finance), api(cast.owner)
    hers = clock.today(cast.finance)
    invoice = owed(cast, 1_000, due=hers - timedelta(days=40))
    client = f"/clients/{cast.client.pk}"
    assert olu.put("/dunning", {"is_active": True, "statement_day": 3})["statement_day"] == 3
    wish = {"days": 45, "fee": "PERCENT", "fee_percent": "1.5", "fee_minimum_amount": "25"}
    step = olu.post("/dunning-steps", wish)
    assert (olu.status, step["fee_from"]) == (201, f"{today()}")
    assert len(kemi.get("/dunning-steps")["items"]) == 6
    olu.put(f"/dunning-steps/{step['id']}", wish | {"words": "{nobody}"})
    assert olu.status == 422
    [debtor] = kemi.get("/collections")
    assert (debtor["overdue_amount"], debtor["days_overdue"]) == ("1000.00", 40)
    sent = kemi.post(f"{client}/reminders", {"message": "Hello"})
    assert (kemi.status, sent["invoice_ids"], sent["mail_state"]) == (201, [invoice.pk], "QUEUED")
    kemi.post(f"{client}/reminders", {})
    assert kemi.status == 409
    kemi.post(f"/payment-reminders/{sent['id']}/call-off", {})
    assert kemi.get(f"{client}/reminders")["items"][0]["mail_state"] == "CANCELED"
    stop = kemi.post(f"/invoices/{invoice.pk}/dispute", {"reason": "Hours"})
    assert kemi.get("/collections")[0]["stops"] == ["Disputed"]
    assert kemi.post(f"/dunning-stops/{stop['id']}/end", {"outcome": "Agreed"})["outcome"] == "Agreed"
    kemi.post(f"/invoices/{invoice.pk}/promise", {"until": f"{hers}"})
    kemi.post(f"{client}/pause-reminders", {"reason": "Merger"})
    assert len(kemi.get(f"{client}/dunning-stops")["items"]) == 3
    kemi.post(f"{client}/collection-notes", {"text": "They pay on Friday"})
    assert kemi.get(f"{client}/collection-notes")["items"][0]["by_name"] == "Kemi Ogundipe"
    shown = kemi.get(f"{client}/statement?first_on=2020-01-01")
    assert (shown["opening_amount"], shown["closing_amount"]) == ("0.00", "1000.00")
    assert [row["words"] for row in shown["movements"]] == [f"Invoice {invoice.number}"]
    kemi.post(f"{client}/statements", {"last_on": f"{hers}"})
    assert kemi.get(f"{client}/statements")["items"][0]["closing_amount"] == "1000.00"
    with django_capture_on_commit_callbacks(execute=True):
        job = kemi.post("/statement-jobs", {"last_on": f"{hers}"})
    assert kemi.status == 202
    done = kemi.get(f"/statement-jobs/{job['id']}")
    assert [row["amount"] for row in done["result"]["clients"]] == ["1000.0000"]
    assert kemi.get(f"{client}/late-fees")["items"] == []
    olu.delete(f"/dunning-steps/{step['id']}")
    assert len(kemi.get("/dunning-steps")["items"]) == 5
