"""Every route keeps to the API's own description, whatever it is sent: no failure of ours, no answer of another shape.

Schemathesis makes the requests from /api/v1/openapi.json: such as are described and such as are not. Half of them name
things that are there. Each is undone afterwards, so that one does not spoil the next.
"""

from collections import Counter
from collections.abc import Callable, Iterator
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

from billing.models import Payment
from core.money import ZERO
from psa.api.assembly import api as assembled
from psa.wsgi import application
from tests.api.conftest import Program
from tests.api.things import Ids, furnish, known_ids
from tests.cast import PASSWORD, TODAY, Cast

hypothesis_settings = settings(
    max_examples=2,
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
SUCCEED = 190


@pytest.fixture
def furnished(cast: Cast, tmp_path: Any, settings: Any) -> Cast:
    """A firm that has something of everything."""
    settings.DATA_DIR = tmp_path
    furnish(cast)
    assert Payment.objects.filter(amount__gt=ZERO).exists()
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


def with_known(value: Any, known: dict[str, list[int | str]], turn: int) -> Any:
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
        elif ids and (isinstance(ids[0], str) or isinstance(each, int) or str(each).isdecimal()):
            found[name] = ids[turn % len(ids)]
        else:
            found[name] = with_known(each, known, turn)
    return found


def shapes(kind: type[BaseModel] = BaseModel) -> set[type[BaseModel]]:
    """What the rooms' routes are asked for and answer."""
    own = {each for each in kind.__subclasses__() if "[" not in each.__name__}
    found = {each for each in own if ".api" in each.__module__}
    return found.union(*(shapes(each) for each in own))


def test_no_two_operations_have_one_name() -> None:
    paths = assembled.get_openapi_schema()["paths"].values()
    names = Counter(operation["operationId"] for path in paths for operation in path.values())
    assert [name for name, number in names.items() if number > 1] == []


def test_no_two_shapes_have_one_name() -> None:
    """The description keeps shapes and states by their bare names: of two with one name it would show one for both."""
    assert assembled.get_openapi_schema()["paths"]  # all rooms are loaded
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
    assert len(operations) > 250
    turns = count()
    problems: list[str] = []
    done: set[str] = set()
    ids = Ids()
    for operation in operations:
        known = known_ids(operation.path, ids)
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
