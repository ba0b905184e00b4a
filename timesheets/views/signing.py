"""What the certification dialog asks of whoever approves: nothing, a name, or a name and a password."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from approvals.certifying import Signature, session_digest, signature_needed, steps_asked
from approvals.models import Step
from core import clock
from people.guards import is_confirmed
from timesheets.approval_forms import ApproveForm, NamedApproveForm, SignedApproveForm
from timesheets.approving import Decided, approve_time
from timesheets.models import TimeRules
from timesheets.subjects import KIND

# A passkey or a code that was given so lately takes the place of the password.
CONFIRMED_MINUTES = 5


@dataclass(frozen=True)
class Signing:
    """What the steps ask for (`asks`), and whether it has to be given now (`is_due`)."""

    asks: bool
    is_due: bool
    is_confirmed: bool
    # A signature is good for so long in this session; 0 is once.
    minutes: int

    @property
    def form(self) -> type[ApproveForm]:
        if not self.is_due:
            return ApproveForm
        return NamedApproveForm if self.is_confirmed else SignedApproveForm


def signing_for(request: HttpRequest, entry_ids: Collection[int]) -> Signing:
    """What deciding on these lines asks for. At most three statements."""
    if TimeRules.objects.filter(pk=1, is_dcaa=True).exists():
        # Rules of government contracts: every approval is signed anew, whatever the steps say.
        return Signing(True, True, is_confirmed(request, minutes=CONFIRMED_MINUTES), 0)
    steps = steps_asked(KIND, entry_ids)
    asking = [step for step in steps if step.certification != Step.Certification.NONE]
    if not asking:
        return Signing(asks=False, is_due=False, is_confirmed=False, minutes=0)
    is_due = signature_needed(request.user, asking, clock.now(), session_digest(request.session.session_key))
    proved = is_due and is_confirmed(request, minutes=CONFIRMED_MINUTES)
    return Signing(True, is_due, proved, min(step.certified_for_minutes for step in asking))


def signature_of(request: HttpRequest, signing: Signing, entered: Mapping[str, Any]) -> Signature | None:
    """What was typed, with address and session; None where nothing is asked for."""
    if not signing.asks:
        return None
    return Signature(
        typed_name=entered.get("typed_name", ""),
        password=entered.get("password", ""),
        address=request.META.get("REMOTE_ADDR"),
        reauthenticated=signing.is_confirmed,
        session=session_digest(request.session.session_key),
    )


def approve_posted(request: HttpRequest, form: ApproveForm, signing: Signing) -> Decided:
    """Approves the lines that a valid form names, as they were read and signed."""
    return approve_time(
        entry_ids=list(form.cleaned_data["lines"]),
        by=request.user,
        at=clock.now(),
        signature=signature_of(request, signing, form.cleaned_data),
        seen=form.cleaned_data["lines"],
    )
