"""Templates, words of mails and what was mailed, as programs see them: one story."""

from collections.abc import Callable

from tests.api.conftest import Program
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.cast import Cast

Api = Callable[..., Program]


def test_templates_words_and_mails(cast: Cast, api: Api) -> None:
    olu = api(cast.owner)
    made = olu.post("/document-templates", {"name": "Sea", "layout": "BAND", "color": "#0b5d66"})
    assert (made["layout"], made["is_default"]) == ("BAND", False)
    path = f"/document-templates/{made['id']}"
    changed = olu.put(path, {"name": "Sea", "layout": "LETTER", "shows_rates": False})
    assert (changed["layout"], changed["color"], changed["shows_rates"]) == ("LETTER", "", False)
    own = olu.put(f"/clients/{cast.client.pk}/documents", {"document_template_id": made["id"]})
    assert own == {"document_template_id": made["id"], "electronic": "USUAL", "buyer_reference": ""}
    assert olu.get(f"/clients/{cast.client.pk}/documents") == own
    assert olu.post(f"{path}/default", {})["is_default"]
    assert [each["name"] for each in olu.get("/document-templates")] == ["Band", "Letter", "Plain", "Sea"]
    words = {"subject": "{number}", "text": "For {title}", "copies": ["books@hm.example"]}
    olu.put("/mail-texts/INVOICE/en", words)
    assert olu.get("/mail-texts")[0]["copies"] == ["books@hm.example"]
    kemi = api(cast.finance)
    draft = drafted(cast, 60)
    kemi.put(f"/invoices/{draft.pk}/template", {"document_template_id": made["id"]})
    invoice = issue(cast, draft)
    sent = kemi.post(f"/invoices/{invoice.pk}/send", {})
    assert (sent["subject"], sent["cc"]) == (invoice.number, ["books@hm.example"])
    (mailed,) = kemi.get(f"/invoices/{invoice.pk}/mails")
    assert (mailed["state"], mailed["mail_id"], mailed["bounced_at"]) == ("QUEUED", sent["mail_id"], None)
    olu.delete("/mail-texts/INVOICE/en")
    assert olu.get("/mail-texts") == []
