"""Certifying: a typed name and a proof of presence under a statement, kept with a hash of each line."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from approvals.models import Certification, Request, Seat, Step
from core.errors import Refusal
from people.confirming import ATTEMPTS as ATTEMPTS
from people.confirming import NotConfirmed, confirm
from people.models import User

Proof = Certification.Proof


class SignatureIsWrong(Refusal):
    """The typed name or the password does not match."""


@dataclass(frozen=True)
class Signature:
    """What the person typed under the statement, from where, and in which session.

    `reauthenticated` says that the caller has just had the person prove who they are in another way (a passkey, a code,
    the password on allauth's page); the password is not asked then. `session` is a digest of the browser's session
    (`session_digest`), or empty where there is none: without it an earlier signature counts for nothing.
    """

    typed_name: str
    password: str
    address: str | None = None
    reauthenticated: bool = False
    session: str = ""


def session_digest(session_key: str | None) -> str:
    """What is kept of a session's key: enough to know it again, too little to use it."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


def line_hash(line: dict[str, Any]) -> str:
    """SHA-256 of one line in canonical JSON."""
    return hashlib.sha256(_canonical(line).encode()).hexdigest()


def lines_hash(lines: Sequence[dict[str, Any]]) -> str:
    """SHA-256 over the lines in canonical JSON: the same lines always give the same hash."""
    return hashlib.sha256(_canonical(list(lines)).encode()).hexdigest()


def still_signed(certification: Certification, lines: Iterable[dict[str, Any]]) -> set[int]:
    """The ids of the lines that are today as they were signed. A changed line takes nothing from the others."""
    hashes = certification.line_hashes
    return {line["id"] for line in lines if hashes.get(str(line["id"])) == line_hash(line)}


def steps_asked(kind: str, ids: Collection[int]) -> list[Step]:
    """The steps at which these subjects wait: those whose certification a decision on them is under. One statement.

    What waits for whoever decides on everything, because no step found anybody, is under that of all the steps.
    """
    waiting = Seat.objects.filter(
        state=Seat.State.WAITING,
        request__state=Request.State.WAITING,
        request__subject_kind=kind,
        request__subject_id__in=ids,
    )
    without = waiting.filter(step=None).values("request__policy")
    asked = Q(pk__in=waiting.filter(step__isnull=False).values("step"))
    return list(Step.objects.filter(asked | Q(policy__in=without, is_retired=False)).order_by("pk"))


def signature_needed(by: User, policy_steps: Iterable[Step], at: datetime, session: str = "") -> bool:
    """Whether deciding on these steps needs a new signature.

    Not where no step asks for one, nor where the person gave one in this session within the minutes that the strictest
    of the steps allows. At most one statement.
    """
    asking = [step for step in policy_steps if step.certification != Step.Certification.NONE]
    if not asking:
        return False
    minutes = min(step.certified_for_minutes for step in asking)
    if not session or not minutes:
        return True
    since = at - timedelta(minutes=minutes)
    given = Certification.objects.filter(by=by, session=session, at__gt=since, at__lte=at)
    return not given.exclude(proof=Proof.RECENT).exists()


def certify(
    *,
    by: User,
    signature: Signature,
    statement: str,
    lines: Sequence[dict[str, Any]],
    minutes: int,
    at: datetime,
    steps: Iterable[Step] | None = None,
) -> Certification:
    """Checks the signature and records the certification of these lines, each with an `id`.

    With `steps` a signature without password is good where signature_needed says that none is needed. Raises
    SignatureIsWrong with the field; after five wrong passwords it waits five minutes.
    """
    recent = steps is not None and not signature.password and not signature.reauthenticated
    if recent and not signature_needed(by, steps or (), at, signature.session):
        proof, typed_name = Proof.RECENT, signature.typed_name or by.name
    else:
        check_signature(by=by, signature=signature)
        proof = Proof.REAUTHENTICATED if signature.reauthenticated else Proof.PASSWORD
        typed_name = signature.typed_name
    return Certification.objects.create(
        statement=statement,
        typed_name=" ".join(typed_name.split()),
        by=by,
        by_name=by.name,
        at=at,
        address=signature.address or None,
        proof=proof,
        session=signature.session,
        lines_sha256=lines_hash(lines),
        line_hashes={str(line["id"]): line_hash(line) for line in lines if "id" in line},
        line_count=len(lines),
        worked_minutes=minutes,
    )


def check_signature(*, by: User, signature: Signature) -> None:
    """Raises SignatureIsWrong unless the typed name is the person's and the password (or a code of their authenticator
    app) is right or was not needed."""
    if " ".join(signature.typed_name.split()).casefold() != " ".join(by.name.split()).casefold():
        raise SignatureIsWrong(f"Type your name as it stands in your profile: {by.name}.", field="typed_name")
    if signature.reauthenticated:
        return
    try:
        confirm(person=by, typed=signature.password)
    except NotConfirmed as error:
        raise SignatureIsWrong(f"{error.message} Nothing was decided.", field="password") from error


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
