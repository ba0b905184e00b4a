"""Every route keeps to the API's own description, whatever it is sent: no failure of ours, no answer of another shape.

Schemathesis makes the requests from /api/v1/openapi.json: such as are described and such as are not. Half of them name
things that are there. Each is undone afterwards, so that one does not spoil the next.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from billing.issuing import issue_invoice
from billing.models import Invoice, InvoiceLine, Payment
from billing.receiving import record_payment
from clients.models import Client, Contact, PaymentTerms, TaxCode
from core.money import ZERO
from ledger.models import Account, JournalEntry
from people.models import LegalEntity, Role, StaffMember, User, WorkingPattern
from projects.models import LaborCode, Project, RateCard, RateRule, Task
from psa.wsgi import application
from tests.api.conftest import Program
from tests.billing.work import drafted, log
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.timesheets.sheets import submit
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry

hypothesis_settings = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# What names of ids mean; the others stay as they were made up.
MEANINGS = {
    "account_id": Account,
    "card_id": RateCard,
    "client_id": Client,
    "code_id": LaborCode,
    "contact_id": Contact,
    "entity_id": LegalEntity,
    "entry_id": TimeEntry,
    "entry_ids": TimeEntry,
    "id": TimeEntry,
    "ids": Invoice,
    "intended_invoice_id": Invoice,
    "invoice_id": Invoice,
    "labor_code_id": LaborCode,
    "lead_id": StaffMember,
    "line_id": InvoiceLine,
    "manager_id": StaffMember,
    "pattern_id": WorkingPattern,
    "payment_id": Payment,
    "payment_terms_id": PaymentTerms,
    "project_id": Project,
    "project_ids": Project,
    "rate_id": RateRule,
    "role_id": Role,
    "role_ids": Role,
    "rule_id": RateRule,
    "staff_id": StaffMember,
    "task_id": Task,
    "tax_code_id": TaxCode,
    "tax_id": TaxCode,
    "terms_id": PaymentTerms,
    "user_id": User,
}
# What such requests say besides; None takes a name out.
SAID = {
    "amount": "10.00",
    "cursor": None,
    "day": TODAY.isoformat(),
    "minutes": None,
    "on": TODAY.isoformat(),
    "received_on": TODAY.isoformat(),
    "reason": "As agreed",
    "text": "1:30",
    "through": TODAY.isoformat(),
    "typed_name": "Olu Hartwell",
    "password": PASSWORD,
    "updated_since": None,
    "version": None,
    "worked_on": TODAY.isoformat(),
}
# So many routes do what they are asked for at least once; the others need more than names that are there.
SUCCEED = 100


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """A firm that has something of everything."""
    add_time(cast, minutes=60)
    waiting = add_time(cast, minutes=90, on=TODAY - timedelta(days=1))
    submit(cast.member, [waiting])
    issued = issue_invoice(invoice=drafted(cast, 60, 30), by=cast.finance, on=TODAY, at=NOW)
    record_payment(
        invoice=issued,
        amount=issued.total_amount / 2,
        method=Payment.Method.CHECK,
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    drafted(cast, 45)
    TaxCode.objects.create(name="Sales tax", rate_percent=8)
    log(cast.member, cast.review, 75)
    assert Payment.objects.get().amount > ZERO
    return cast


@pytest.fixture
def undone() -> Iterator[Callable[..., Any]]:
    """The application as a web server runs it; what a request did is undone."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        with transaction.atomic():
            body = b"".join(application(environ, start_response))
            transaction.set_rollback(True)
        return iter([body])

    # A web server's request closes connections that stand in a transaction, which would be that of this test.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield app
    for signal in signals:
        signal.connect(close_old_connections)


def known_ids(path: str) -> dict[str, list[int]]:
    """The ids of what is there, by the names that requests use."""
    meanings = MEANINGS | ({"entry_id": JournalEntry} if "/ledger/" in path else {})
    return {
        name: list(model._default_manager.values_list("pk", flat=True)) for name, model in meanings.items()
    }


def with_known(value: Any, known: dict[str, list[int]], turn: int) -> Any:
    """The same request about things that are there."""
    if isinstance(value, list):
        return [with_known(each, known, turn + place) for place, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, each in value.items():
        ids = known.get(name)
        if name in SAID:
            found |= {} if SAID[name] is None else {name: SAID[name]}
        elif ids and isinstance(each, list):
            found[name] = ids[:5]
        elif ids and (isinstance(each, int) or str(each).isdecimal()):
            found[name] = ids[turn % len(ids)]
        else:
            found[name] = with_known(each, known, turn)
    return found


def shapes(kind: type[BaseModel] = BaseModel) -> set[type[BaseModel]]:
    """What the rooms' routes are asked for and answer."""
    own = {each for each in kind.__subclasses__() if "[" not in each.__name__}
    found = {each for each in own if ".api" in each.__module__}
    return found.union(*(shapes(each) for each in own))


def test_no_two_shapes_have_one_name() -> None:
    """The description keeps shapes and states by their bare names: of two with one name it would show one for both."""
    counted = Counter(shape.__name__ for shape in shapes())
    assert counted["InvoiceRow"] == 1
    assert {name for name, times in counted.items() if times > 1} == set()
    words = {
        (name, str(part["enum"]))
        for shape in shapes()
        for name, part in shape.model_json_schema(mode="serialization").get("$defs", {}).items()
        if "enum" in part
    }
    assert words == set(), "Describe these in place with core.api.words_of"


def test_every_route_keeps_to_the_description(
    furnished: Cast, api: Callable[..., Program], undone: Any, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    token = api(furnished.owner).raw
    headers = {"Host": "hm.localhost", "Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", undone, headers=headers)
    for methods in schema.raw_schema["paths"].values():
        for described in methods.values():
            described.pop("security")  # who calls is not varied here
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) > 150
    turns = count()
    problems: list[str] = []
    done: set[str] = set()
    for operation in operations:
        known = known_ids(operation.path)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                try_one(operation, mode, headers, known, turns, done)
            except Unsatisfiable:
                assert mode == GenerationMode.NEGATIVE  # a route that takes nothing takes nothing wrong
            except (Exception, BaseExceptionGroup) as error:
                problems.append(f"{operation.label} ({mode.value}): {words(error)}"[:3000])
    assert not problems, "\n\n".join(problems)
    assert len(done) >= SUCCEED, sorted({each.label for each in operations} - done)


def words(error: BaseException) -> str:
    causes = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
    return "\n".join(f"{type(cause).__name__}: {cause}" for cause in causes)


def try_one(
    operation: Any, mode: Any, headers: dict[str, str], known: Any, turns: Iterator[int], done: set[str]
) -> None:
    """Some requests to one route; `done` gets its name when one succeeds."""
    is_positive = mode == GenerationMode.POSITIVE
    checks = CHECKS if is_positive else [*CHECKS, negative_data_rejection]

    @hypothesis_settings
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        turn = next(turns)
        case.path_parameters = (
            with_known(case.path_parameters, known, turn) if turn % 2 else case.path_parameters
        )
        if turn % 2 and is_positive:
            case.query = with_known(case.query, known, turn // 2)
            case.body = with_known(case.body, known, turn // 2)
        answer = case.call_and_validate(headers=headers, checks=checks)
        if answer.status_code < 300:
            done.add(operation.label)

    ask()
