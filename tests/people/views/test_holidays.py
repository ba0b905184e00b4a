"""Settings of holidays: the country of an office, a year previewed and added, a day edited; heads of departments."""

from collections.abc import Callable

from django.test import Client as Web

from people.models import Department, Holiday, Office
from tests.cast import Cast


def test_from_the_country_to_a_year(cast: Cast, web: Callable[..., Web]) -> None:
    office = Office.objects.create(name="Munich")
    browser = web(cast.owner)
    assert "Choose country" in browser.get("/people/firm/holidays/").content.decode()
    path = f"/people/firm/offices/{office.pk}"
    assert browser.get(f"{path}/holidays/2026/").status_code == 404
    assert "Bayern" not in browser.get(f"{path}/calendar/").content.decode()
    assert "Bayern" in browser.get(f"{path}/calendar/?country=DE").content.decode()
    wrong = browser.post(f"{path}/calendar/", {"country": "DE", "subdivision": "NY"})
    assert wrong.status_code == 422
    assert browser.post(f"{path}/calendar/", {"country": "DE", "subdivision": "BY"}).status_code == 204
    assert "Bayern, Germany" in browser.get("/people/firm/holidays/").content.decode()
    year = f"{path}/holidays/2026/"
    assert "Epiphany" in browser.get(year).content.decode()
    assert browser.post(year, {"on": ["2026-01-06", "nonsense", "2026-02-31"]}).status_code == 302
    assert [str(day.on) for day in Holiday.objects.all()] == ["2026-01-06"]
    assert "Left out" in browser.get(year).content.decode()
    day = Holiday.objects.get()
    edit = f"/people/firm/holidays/{day.pk}/edit/"
    assert "In the calendar it is Epiphany" in browser.get(edit).content.decode()
    assert browser.post(edit, {"name": "", "on": "2026-01-07"}).status_code == 422
    assert browser.post(edit, {"name": "Three kings", "on": "2026-01-07"}).status_code == 204
    assert "Kept as you changed it" in browser.get(year).content.decode()
    assert web(cast.member).get(year).status_code == 403
    assert browser.get(f"{path}/holidays/1492/").status_code == 404


def test_heads_of_departments(cast: Cast, web: Callable[..., Web]) -> None:
    water = Department.objects.create(name="Water")
    browser = web(cast.owner)
    path = f"/people/firm/lists/departments/{water.pk}/rename/"
    assert "Dana Ruiz" in browser.get(path).content.decode()
    values = {"name": "Water works", "head": str(cast.manager.staff_member.pk)}
    assert browser.post(path, values).status_code == 204
    water.refresh_from_db()
    assert (water.name, water.head) == ("Water works", cast.manager.staff_member)
    assert "headed by Dana Ruiz" in browser.get("/people/firm/lists/").content.decode()
    assert browser.post(path, {"name": "Water works", "head": "999999"}).status_code == 422
