"""Sign-up: a firm and its owner, all or nothing, and the hand-over."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import signing
from django.db import DataError, connection

from people.models import LegalEntity, Role, StaffMember, User, WorkingPattern
from psa.founding import (
    RESERVED_SLUGS,
    HandOverIsSpent,
    SlugIsTaken,
    SlugIsUnfit,
    check_free,
    check_slug,
    found_firm,
    free_slugs,
    hand_over_ticket,
    is_fit,
    slug_of,
    take_hand_over,
)
from tenants.cloning import drop_firm
from tenants.models import Domain, Firm
from tests.cast import NOW, PASSWORD
from tests.machine import stretch

pytestmark = pytest.mark.usefixtures("own_cache")


def found(slug: str, **values: Any) -> tuple[Firm, str]:
    options: dict[str, Any] = {
        "name": "Hartwell & Moss",
        "owner_name": "Dana Ruiz",
        "owner_email": "Dana@Hartwell.example",
        "password": PASSWORD,
        "time_zone": "Europe/Lisbon",
        "at": NOW,
    }
    return found_firm(slug=slug, **options | values)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "-a",
        "a-",
        "a--b",
        "1a",
        "A",
        "ä",
        "a b",
        "a.b",
        "a_b",
        "a" * 31,
        "a\n",
        "xn-abc",
        *sorted(RESERVED_SLUGS),
    ],
)
def test_unfit_addresses(slug: str) -> None:
    with pytest.raises(SlugIsUnfit) as caught:
        check_slug(slug)
    assert caught.value.field == "slug"


@pytest.mark.parametrize("slug", ["a", "hm", "hartwell-moss", "a1", "a" * 30, "x-1-y"])
def test_fit_addresses(slug: str) -> None:
    check_slug(slug)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Hartwell & Moss", "hartwell-moss"),
        ("Brückner & Söhne GmbH", "bruckner-sohne-gmbh"),
        ("O'Neil's  Crew ", "oneils-crew"),
        ("3M", "m"),
        ("北京", ""),
        ("A" * 50, "a" * 30),
    ],
)
def test_the_address_that_a_name_suggests(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert not slug or is_fit(slug)


def test_taken_addresses_get_free_ones(db: None) -> None:
    connection.set_schema_to_public()
    with pytest.raises(SlugIsTaken):
        check_free("hm")
    free = free_slugs("hm", "Hartwell & Moss")
    assert len(free) == 2
    for slug in free:
        check_free(slug)
    assert free_slugs("www")
    assert all(is_fit(slug) for slug in free_slugs("--", "北京"))


def test_what_a_new_firm_has(db: None) -> None:
    began = time.monotonic()
    firm, ticket = found("blue-oak")
    # The database's part is stretched by the other work as much again as ours.
    seconds = time.monotonic() - began
    assert seconds < 2 * stretch() ** 2 + 2
    assert connection.schema_name == "public"
    assert (firm.schema_name, Domain.objects.get(tenant=firm).domain) == (
        "firm_blue_oak",
        "blue-oak.localhost",
    )
    connection.set_tenant(firm)
    owner = User.objects.get()
    assert (owner.email, owner.time_zone, owner.is_owner) == ("dana@hartwell.example", "Europe/Lisbon", True)
    assert owner.check_password(PASSWORD)
    assert StaffMember.objects.get().user == owner
    assert LegalEntity.objects.get().name == "Hartwell & Moss"
    assert Role.objects.count() == 5
    assert WorkingPattern.objects.filter(is_default=True).count() == 1
    assert take_hand_over(ticket=ticket, schema="firm_blue_oak") == owner


def test_a_strange_time_zone_is_utc(db: None) -> None:
    firm, _ = found("blue-oak", time_zone="Mars/Olympus")
    connection.set_tenant(firm)
    assert User.objects.get().time_zone == "UTC"


def test_nothing_half_done(db: None) -> None:
    connection.set_schema_to_public()
    firms = Firm.objects.count()
    with pytest.raises(SlugIsTaken):
        found("hm")
    with pytest.raises(DataError):
        found("blue-oak", owner_name="\0")
    assert Firm.objects.count() == firms
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'firm_blue_oak'")
        assert cursor.fetchone() == (0,)


def test_two_sign_ups_for_one_address(own_firm: Firm) -> None:
    slug = f"{own_firm.slug}-x"

    def sign_up() -> object:
        try:
            return found(slug)[0]
        except Exception as error:
            return error
        finally:
            connection.close()

    connection.set_schema_to_public()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: sign_up(), range(2)))
    firms = [result for result in results if isinstance(result, Firm)]
    try:
        assert sorted(type(result).__name__ for result in results) == ["Firm", "SlugIsTaken"]
    finally:
        for firm in firms:
            drop_firm(firm)


def test_the_ticket_works_once_on_its_own_host(db: None) -> None:
    firm, ticket = found("blue-oak")
    connection.set_tenant(firm)
    for schema in ("firm_hm", "public"):
        with pytest.raises(HandOverIsSpent):
            take_hand_over(ticket=ticket, schema=schema)
    take_hand_over(ticket=ticket, schema=firm.schema_name)
    with pytest.raises(HandOverIsSpent):
        take_hand_over(ticket=ticket, schema=firm.schema_name)


def test_old_forged_and_inactive_tickets(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    firm, ticket = found("blue-oak")
    connection.set_tenant(firm)
    owner = User.objects.get()
    claims = {"schema": firm.schema_name, "user": owner.pk, "at": NOW.timestamp()}
    for forged in ("", "x", f"{ticket}x", ticket[::-1], signing.dumps(claims, salt="another"), "é" * 20):
        with pytest.raises(HandOverIsSpent):
            take_hand_over(ticket=forged, schema=firm.schema_name)
    later = time.time() + 61
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: later)
        with pytest.raises(HandOverIsSpent):
            take_hand_over(ticket=ticket, schema=firm.schema_name)
    gone = signing.dumps(claims | {"user": 10**9}, salt="hand-over")
    with pytest.raises(HandOverIsSpent):
        take_hand_over(ticket=gone, schema=firm.schema_name)
    assert hand_over_ticket(firm, owner, at=NOW)
