"""Settings pages: company, logo, hours, holidays, roles, lists."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Web

from people.models import Department, Holiday, LegalEntity, Office, Role, WorkingPattern
from people.organising import ENTITY_FIELDS
from tests.cast import Cast
from tests.people.test_organising import picture


def company(**changes: str) -> dict[str, str]:
    entity = LegalEntity.objects.get()
    return {name: str(getattr(entity, name)) for name in ENTITY_FIELDS} | changes


def test_company(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert (
        browser.post("/people/firm/", company(address="1 Elm Street", mark_color="#A1B2C3")).status_code
        == 302
    )
    assert LegalEntity.objects.get().address == "1 Elm Street"
    for name, value in (
        ("mark_color", "red"),
        ("currency", "XXX"),
        ("time_zone", "Mars"),
        ("email", "nonsense"),
    ):
        answer = browser.post("/people/firm/", company(tagline="Kept", **{name: value}))
        assert answer.status_code == 422
        assert f'id="id_{name}_error"' in answer.content.decode()
        assert 'value="Kept"' in answer.content.decode()


def test_logo(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert web(cast.member).get("/people/logo/").status_code == 404
    bad = browser.post("/people/firm/logo/", {"logo": SimpleUploadedFile("logo.png", b"GIF89a nonsense")})
    assert bad.status_code == 422
    assert "&quot;logo.png&quot; is not a JPEG or PNG file." in bad.content.decode()
    assert browser.post("/people/firm/logo/").status_code == 422
    upload = SimpleUploadedFile("logo.png", picture(), content_type="text/html")
    assert browser.post("/people/firm/logo/", {"logo": upload}).status_code == 302
    answer = web(cast.member).get("/people/logo/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == picture()
    assert web().get("/people/logo/").status_code == 302
    assert web(cast.member).post("/people/firm/logo/", {"remove": "1"}).status_code == 403
    assert browser.post("/people/firm/logo/", {"remove": "1"}).status_code == 302
    assert LegalEntity.objects.get().logo is None


def test_working_hours(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    days = {"monday": "8", "tuesday": "7:30", "wednesday": "450m", "thursday": "", "friday": "0"}
    assert browser.post("/people/firm/hours/new/", {"name": "Short", **days}).status_code == 302
    pattern = WorkingPattern.objects.get(name="Short")
    assert pattern.minutes_by_weekday == (480, 450, 450, 0, 0, 0, 0)
    for wrong in ("25:00", "abc", "-1"):
        answer = browser.post(f"/people/firm/hours/{pattern.pk}/", {"name": "Short", "monday": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.content.decode()
    assert browser.post(f"/people/firm/hours/{pattern.pk}/remove/").status_code == 302
    default = WorkingPattern.objects.get()
    assert browser.post(f"/people/firm/hours/{default.pk}/remove/").status_code == 422


def test_holidays(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert browser.post("/people/firm/holidays/", {"on": "2027-01-01", "name": "New Year"}).status_code == 302
    twice = browser.post("/people/firm/holidays/", {"on": "2027-01-01", "name": "Again"})
    assert twice.status_code == 422
    assert "This day is a holiday there already." in twice.content.decode()
    assert browser.post(f"/people/firm/holidays/{Holiday.objects.get().pk}/remove/").status_code == 302
    assert not Holiday.objects.exists()


def test_roles(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    table = browser.get("/people/firm/roles/").content.decode()
    assert "issue, send and void invoices" in table
    assert (
        browser.post("/people/firm/roles/new/", {"name": "Reader", "rights": ["clients.view"]}).status_code
        == 302
    )
    role = Role.objects.get(name="Reader")
    assert role.rights == ["clients.view"]
    assert browser.get(f"/people/firm/roles/{role.pk}/").status_code == 200
    assert (
        browser.post(f"/people/firm/roles/{role.pk}/", {"name": "Reader", "rights": ["no.such"]}).status_code
        == 422
    )
    assert browser.get(f"/people/firm/roles/{Role.objects.get(is_owner=True).pk}/").status_code == 404
    assert browser.post(f"/people/firm/roles/{role.pk}/remove/").status_code == 302


def test_lists(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert browser.post("/people/firm/lists/departments/", {"name": "Civil"}).status_code == 302
    twice = browser.post("/people/firm/lists/departments/", {"name": "civil"})
    assert twice.status_code == 422
    assert "There is one called civil already." in twice.content.decode()
    civil = Department.objects.get()
    assert browser.get(f"/people/firm/lists/departments/{civil.pk}/rename/").status_code == 200
    renamed = browser.post(f"/people/firm/lists/departments/{civil.pk}/rename/", {"name": "Civil works"})
    assert renamed.status_code == 204
    assert browser.post(f"/people/firm/lists/departments/{civil.pk}/remove/").status_code == 302
    assert not Department.objects.exists()
    assert browser.post("/people/firm/lists/nonsense/", {"name": "X"}).status_code == 404
    assert not Office.objects.exists()


def test_legal_entities(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert web(cast.member).get("/people/firm/entities/").status_code == 403
    typed = company(name="Hartwell Ireland Ltd", tagline="Kept", currency="EUR")
    answer = browser.post("/people/firm/entities/new/", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_currency_error"' in text
    assert 'value="Kept"' in text
    assert LegalEntity.objects.count() == 1
    typed["currency"] = "USD"
    assert browser.post("/people/firm/entities/new/", typed).status_code == 302
    second = LegalEntity.objects.get(is_default=False)
    path = f"/people/firm/entities/{second.pk}/"
    assert browser.post(path, typed | {"paper": "A4"}).status_code == 302
    assert "Hartwell Ireland Ltd" in browser.get("/people/firm/entities/").content.decode()
    assert browser.get(f"{path}logo/picture/").status_code == 404
    upload = SimpleUploadedFile("logo.png", picture(), content_type="image/png")
    assert browser.post(f"{path}logo/", {"logo": upload}).status_code == 302
    assert browser.get(f"{path}logo/picture/").status_code == 200
    assert browser.get("/people/logo/").status_code == 404
    for deed in ("deactivate", "reactivate", "default"):
        assert web(cast.member).post(f"{path}{deed}/").status_code == 403
        assert browser.post(f"{path}{deed}/").status_code == 302
    second.refresh_from_db()
    assert (second.is_default, second.is_active, second.paper) == (True, True, "A4")
    assert "Hartwell Ireland Ltd" in browser.get("/people/firm/").content.decode()
    # The default is not deactivated: the page says why, and it stays.
    browser.post(f"{path}deactivate/")
    second.refresh_from_db()
    assert second.is_active
