"""Duplicates and merging in pages and by the API: one story."""

from clients.adding import add_client
from clients.contacting import add_contact
from clients.models import Client, ClientMerge
from tests.cast import Cast


def test_duplicates_are_found_compared_merged_and_parted(cast: Cast, web) -> None:
    other = add_client(name="Larkspur Works", by=cast.finance, tax_number="94-123 4567")
    add_contact(client=other, name="Jo", email="jo@larkspur.example", by=cast.finance)
    third = add_client(name="Third", by=cast.finance)
    Client.objects.filter(pk=third.pk).update(tax_number="941234567")
    add_contact(client=third, name="Bo", email="bo@gmail.com", by=cast.finance)
    browser = web(cast.finance)
    listed = browser.get("/clients/duplicates/").text
    assert "Contacts at larkspur.example" in listed
    assert "Tax number 941234567" in listed
    assert "gmail" not in listed
    # These two are two; said and taken back.
    assert browser.post(f"/clients/{other.pk}/apart/{third.pk}/").status_code == 302
    assert "Tax number" not in browser.get("/clients/duplicates/").text
    browser.post(f"/clients/{other.pk}/together/{third.pk}/")
    assert "Tax number" in browser.get("/clients/duplicates/").text
    # Looking changes nothing.
    assert "Merge it into" in browser.get(f"/clients/{other.pk}/merge/").text
    look = browser.get(f"/clients/{other.pk}/merge/?into={cast.client.pk}").text
    assert "1 contacts" in look
    assert "tax registration number, which City of Larkspur lacks" in look
    assert not ClientMerge.objects.exists()
    done = browser.post(f"/clients/{other.pk}/merge/", {"into": cast.client.pk, "reason": "Twice"})
    merge = ClientMerge.objects.get()
    assert done["Location"] == f"/clients/{cast.client.pk}/"
    assert browser.get(f"/clients/{other.pk}/")["Location"] == f"/clients/{cast.client.pk}/"
    assert "Undo the merge of Larkspur Works" in browser.get(f"/clients/{cast.client.pk}/").text
    assert browser.get(f"/clients/{other.pk}/merge/").status_code == 404
    browser.post(f"/clients/merges/{merge.pk}/undo/")
    assert not Client.objects.filter(merged_into__isnull=False).exists()
    # What refuses is said beside the form; who may not, does not see it.
    Client.objects.filter(pk=third.pk).update(currency="EUR")
    refused = browser.post(f"/clients/{third.pk}/merge/", {"into": cast.client.pk})
    assert refused.status_code == 422
    assert "stay two clients" in refused.text
    assert web(cast.manager).get("/clients/duplicates/").status_code == 403
    assert "Merge into another" not in web(cast.manager).get(f"/clients/{cast.client.pk}/").text


def test_a_known_tax_number_asks_first(cast: Cast, web) -> None:
    Client.objects.filter(pk=cast.client.pk).update(tax_number="DE 123-456")
    wish = {
        "name": "Another",
        "tax_number": "de123456",
        "currency": "USD",
        "country": "US",
        "language": "en-us",
    }
    answer = web(cast.finance).post("/clients/new/", wish | {"payment_terms": cast.client.payment_terms_id})
    assert answer.status_code == 422
    assert "Is it the same one?" in answer.text
