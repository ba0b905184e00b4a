"""Refusals of the database, in words."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.errors import Conflict, NotAllowed, Refusal
from core.models import Token
from core.promises import promises, register
from tests.core.people import NOW


class DigestTaken(Refusal):
    sentence = "This digest is taken."


class SaysTheDetail(Refusal):
    """Has no sentence of its own."""


def make_twins() -> None:
    for _ in range(2):
        Token.objects.create(purpose="test", subject_kind="x", subject_id="1", digest="same", expires_at=NOW)


def refused(raises: type[Refusal]) -> Refusal:
    with pytest.raises(raises) as refusal, promises(), transaction.atomic():
        make_twins()
    return refusal.value


@pytest.fixture
def constraint(firm: object) -> str:
    """The name of the unique constraint on the digest, as Django made it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'core_token'::regclass AND contype = 'u'"
        )
        return str(cursor.fetchone()[0])


def test_a_sentence_at_its_field(constraint: str) -> None:
    register(constraint, "Choose another one.", field="digest")
    refusal = refused(Refusal)
    assert (refusal.message, refusal.field) == ("Choose another one.", "digest")
    assert isinstance(refusal.__cause__, IntegrityError)


def test_a_refusal_class_speaks_its_own_sentence_or_the_detail(constraint: str) -> None:
    register(constraint, DigestTaken)
    assert refused(DigestTaken).message == "This digest is taken."
    register(constraint, SaysTheDetail)
    assert refused(SaysTheDetail).message == "Key (digest)=(same) already exists."


def test_a_callable_reads_the_detail(constraint: str) -> None:
    register(constraint, lambda detail: Conflict(f"Taken: {detail}"))
    assert refused(Conflict).message == "Taken: Key (digest)=(same) already exists."


def test_a_trigger_names_its_promise(firm: object) -> None:
    register("core_test_promise", "Not more than there is.")
    block = (
        "DO $$ BEGIN RAISE EXCEPTION 'over' USING ERRCODE = '23514', CONSTRAINT = 'core_test_promise'; END $$"
    )
    with pytest.raises(Refusal, match="Not more than there is"), promises(), transaction.atomic():
        connection.cursor().execute(block)


def test_what_is_not_registered_stays_what_it_is(firm: object) -> None:
    with pytest.raises(DatabaseError, match="division by zero"), promises(), transaction.atomic():
        connection.cursor().execute("SELECT 1 / 0")


def test_refusals_speak_their_sentence_with_facts() -> None:
    class PeriodIsLocked(Refusal):
        sentence = "{day} is locked."

    refusal = PeriodIsLocked(day="Mon 3 Nov", field="day")
    assert (str(refusal), refusal.field, refusal.facts) == (
        "Mon 3 Nov is locked.",
        "day",
        {"day": "Mon 3 Nov"},
    )
    assert str(PeriodIsLocked("Another {sentence}")) == "Another {sentence}"
    assert (Refusal.status, NotAllowed().status, Conflict().status) == (422, 403, 409)
