"""Absolute addresses, dates of people and of places."""

from datetime import UTC, datetime
from typing import Any

from core import clock, hosts
from tests.core.people import Person


def test_addresses_of_the_firm_and_of_the_root(firm: Any) -> None:
    assert hosts.schema() == firm.schema_name
    assert hosts.firm_url("/pay/abc") == "http://hm.localhost:8000/pay/abc"
    assert hosts.root_url("/webhooks/stripe") == "http://localhost:8000/webhooks/stripe"


def test_today_is_the_persons_own() -> None:
    east, west = (
        clock.today(Person(time_zone="Pacific/Kiritimati")),
        clock.today(Person(time_zone="Pacific/Niue")),
    )
    assert (east - west).days in (1, 2)
    assert west <= clock.today() <= east
    assert clock.now().tzinfo is UTC


def test_a_documents_date_is_its_entitys() -> None:
    midnight = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    assert clock.date_in("America/New_York", midnight).isoformat() == "2026-11-30"
    assert clock.date_in("Europe/Berlin", midnight).isoformat() == "2026-12-01"
