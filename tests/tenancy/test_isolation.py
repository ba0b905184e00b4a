"""Every address of a firm's host: as a stranger, as nobody, as staff without rights, without a token."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Web

from people.models import User
from tenants.models import Firm
from tests.cast import Cast
from tests.tenancy.addresses import Address, every_address
from tests.tenancy.stranger import FOREIGN, MARK, Stranger, furnish

pytestmark = pytest.mark.usefixtures("own_cache")

MARKS = (MARK.encode(), b"Stranger Works", b"sam@other.example")
# What everybody may open without signing in. Think twice before adding one.
OPEN = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "hand-over",
    "people:accept-invitation",
    "pay:show",
    "pay:start",
    "pay:back",
    "pay:check",
    "pay:pdf",
    "pay:logo",
}
# Parameters that say which day, which list or which kind that every firm has; they name nothing of another firm.
OWN = {"on", "kind", "direction", "year", "slug", "purpose", "language"}
# Here the foreign thing only chooses among one's own; what is not there is not chosen.
CHOOSES = {
    "timesheets:approvals-sheet",
    "timesheets:approvals-confirm",
    "timesheets:approvals-history",
    "timesheets:week-entries",
    "timesheets:week-cell-now",
}
GONE = {403, 404, 405, 410}
# Here a line that is not there is told like one that was changed meanwhile: in the page, without a word about it.
REFUSES = {
    "timesheets:cut": 409,
    "timesheets:worked": 409,
    "timesheets:undo-copy": 409,
    "timesheets:undo-clear": 422,
    "timesheets:week-star": 422,
    "timesheets:expense-take-back": 422,
    "staffing:leave-take-back": 422,
}


@pytest.fixture
def stranger(cast: Cast, firm: Firm) -> Iterator[Stranger]:
    """The other firm is full; we are back in ours."""
    known = furnish(Firm.objects.get(slug="other"))
    connection.set_tenant(firm)
    yield known
    connection.set_tenant(firm)


@pytest.fixture
def values(stranger: Stranger) -> dict[str, object]:
    return stranger.values()


def addresses() -> list[Address]:
    return [address for address in every_address() if address.name != "account_reset_password_from_key"]


def body(answer: HttpResponse) -> bytes:
    """What the browser gets, with its headers: an address in a redirect tells too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content + str(answer.headers).encode()


def told(answer: HttpResponse) -> list[bytes]:
    return [mark for mark in MARKS if mark in body(answer)]


def test_the_other_firms_things_are_there(values: dict[str, object], stranger: Stranger) -> None:
    """Or the tests below would find nothing because there is nothing to find."""
    other = Web(headers={"host": "other.localhost"})
    pages = [f"/pay/{stranger.link}/", f"/people/join/{stranger.invitation}/"]
    assert all(told(other.get(path)) for path in pages)
    connection.set_tenant(Firm.objects.get(slug="other"))
    other.force_login(
        User.objects.get(email="sam@other.example"),
        backend="people.allauth_adapter.SignIn",
    )
    unseen = []
    for address in addresses():
        if not set(address.parameters) <= OWN and address.name not in OPEN:
            answer = other.get(address.path(values))
            if answer.status_code not in (200, 302, 405):
                unseen.append((address.name, answer.status_code))
    assert unseen == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_things_of_the_other_firm_are_not_here(
    cast: Cast, web: Callable[..., Web], values: dict[str, object], method: str
) -> None:
    owner = web(cast.owner)
    leaks, opened = [], []
    for address in addresses():
        if address.name == "account_logout":
            continue  # the rest would be a stranger's
        answer = getattr(owner, method)(address.path(values))
        if told(answer):
            leaks.append((address.name, told(answer)))
        names_a_thing = not set(address.parameters) <= OWN
        refused = answer.status_code in GONE or REFUSES.get(address.name) == answer.status_code
        if names_a_thing and address.name not in CHOOSES and not refused:
            opened.append((address.name, answer.status_code))
        # 503 is a refusal too: no payment service is reachable from here.
        assert answer.status_code < 500 or answer.status_code == 503, address.name
    assert leaks == []
    assert opened == []


# What a form or a query could name by a number; {id} is the other firm's.
WISHES: list[tuple[str, dict[str, object] | None]] = [
    ("/time/?for={id}", None),
    ("/time/2026-11-25/cell/?for={id}", {"row": "{id}-{id}", "text": "1", "version": "0"}),
    ("/time/2026-11-25/cell/", {"row": "{id}-{id}", "text": "1", "version": "0"}),
    ("/time/2026-11-25/rows/", {"row": "{id}-{id}"}),
    ("/time/2026-11-25/move/", {"row": "{id}-{id}", "lines": "{id}.1", "to": "{id}-{id}"}),
    ("/time/2026-11-25/search/?q=Zan&task={id}-{id}", None),
    ("/time/2026-11-25/rows/clear/", {"lines": "{id}.1"}),
    ("/time/approvals/?sheet={id}-2026-11-23", None),
    ("/time/approvals/approve/?lines={id}&line={id}", None),
    ("/time/approvals/return/", {"lines": "{id}.1", "reason": "no"}),
    ("/time/expenses/approvals/approve/?lines={id}.1", None),
    ("/time/expenses/approvals/return/", {"lines": "{id}.1", "reason": "no"}),
    ("/time/expenses/reimbursements/pay/", {"lines": "{id}.1", "paid_on": "2026-11-20"}),
    ("/time/expenses/markups/new/", {"client": "{id}", "kind": "PERCENT", "value": "10"}),
    ("/time/expenses/snap/?report={id}", None),
    ("/people/invite/", {"name": "A", "email": "a@hm.example", "roles": ["{id}"], "manager": "{id}"}),
    ("/people/1/", {"name": "Olu", "manager": "{id}", "department": "{id}", "office": "{id}"}),
    ("/clients/new/", {"name": "A", "legal_entity": "{id}", "currency": "USD"}),
    ("/billing/invoices/?entity={id}", None),
    ("/clients/new/", {"name": "A", "payment_terms": "{id}", "tax_code": "{id}", "currency": "USD"}),
    ("/projects/new/?client={id}", None),
    ("/projects/new/code/?client={id}", None),
    ("/projects/new/", {"client": "{id}", "name": "A", "lead": "{id}", "team": ["{id}"]}),
    ("/projects/rate-cards/new/", {"name": "A", "scope": "CLIENT", "client": "{id}", "currency": "USD"}),
    ("/billing/ready/?client={id}&lead={id}", None),
    ("/billing/ready/draft/", {"project": ["{id}"], "through": "2026-11-30"}),
    ("/billing/invoices/?client={id}&q=Zanzi", None),
    ("/people/?q=Zanzi", None),
    ("/clients/?q=Zanzi", None),
    ("/projects/?q=Zanzi&client={id}", None),
]


def test_ids_in_forms_and_queries(cast: Cast, web: Callable[..., Web], stranger: Stranger) -> None:
    owner = web(cast.owner)
    before = footprint()
    wrong = []
    for path, data in WISHES:
        path = path.replace("{id}", str(FOREIGN))
        if data is None:
            answer = owner.get(path)
        else:
            answer = owner.post(path, json.loads(json.dumps(data).replace("{id}", str(FOREIGN))))
        shown = body(answer)
        # A search shows what was searched for.
        if any(mark in shown for mark in MARKS[1:]) or f"{MARK} ".encode() in shown:
            wrong.append((path, "shows what is not ours"))
        if answer.status_code >= 500:
            wrong.append((path, str(answer.status_code)))
        if footprint() != before:
            wrong.append((path, "wrote something"))
            before = footprint()
    assert wrong == []


def footprint() -> list[tuple[object, ...]]:
    """How many rows of the kinds that those forms could write; both firms."""
    counts = []
    for schema in ("firm_hm", "firm_other"):
        tables = (
            "timesheets_timeentry",
            "timesheets_expense",
            "timesheets_expensemarkup",
            "clients_client",
            "projects_project",
            "people_invitation",
            "billing_invoice",
        )
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT %s, count(*), max(id) FROM {schema}.{table}", [table])
                counts.append(cursor.fetchone())
    return counts


def test_a_session_of_our_firm_is_nobodys_there(
    cast: Cast, web: Callable[..., Web], values: dict[str, object]
) -> None:
    ours = web(cast.owner)
    there = Web(headers={"host": "other.localhost"})
    there.cookies = ours.cookies
    let_in = [
        address.name
        for address in addresses()
        if address.name not in OPEN and not sent_to_sign_in(there.get(address.path(values)))
    ]
    assert let_in == []


def test_nobody_sees_anything_but_the_open_pages(web: Callable[..., Web], values: dict[str, object]) -> None:
    assert {address.name for address in every_address() if address.guard[:5] == "open:"} == OPEN
    nobody = web()
    for method in ("get", "post"):
        let_in = [
            address.name
            for address in addresses()
            if address.name not in OPEN and not sent_to_sign_in(getattr(nobody, method)(address.path(values)))
        ]
        assert let_in == []


def sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/account/sign-in/")


def test_staff_without_rights_get_no_guarded_page(
    cast: Cast, web: Callable[..., Web], values: dict[str, object]
) -> None:
    assert cast.member.rights == frozenset()
    member = web(cast.member)
    guarded = [address for address in addresses() if isinstance(address.guard, tuple)]
    assert len(guarded) > 70
    for method in ("get", "post"):
        let_in = [
            (address.name, answer.status_code)
            for address in guarded
            if (answer := getattr(member, method)(address.path(values))).status_code != 403
        ]
        assert let_in == []


def test_a_person_who_is_no_staff_sees_no_staff_page(
    cast: Cast, web: Callable[..., Web], values: dict[str, object]
) -> None:
    contact = User.objects.create_user(email="client@larkspur.example", name="Alma Reyes", password="x" * 12)
    outsider = web(contact)
    let_in = [
        (address.name, answer.status_code)
        for address in addresses()
        if address.guard == "staff" and (answer := outsider.get(address.path(values))).status_code != 403
    ]
    assert let_in == []


def test_nothing_is_posted_without_its_token(cast: Cast, values: dict[str, object]) -> None:
    browser = Web(enforce_csrf_checks=True, headers={"host": "hm.localhost"})
    browser.force_login(cast.owner, backend="people.allauth_adapter.SignIn")
    taken = [
        (address.name, answer.status_code)
        for address in addresses()
        if (answer := browser.post(address.path(values), {"name": "A"})).status_code != 403
    ]
    assert taken == []
