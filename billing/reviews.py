"""Where drafts stand in review: derived from what approvals keeps, for the version that was given into review."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Subquery

from approvals.approvers import waiting_for
from approvals.history import NOTHING_SAID, Dialogue, dialogues, last_returns, waits_for_names
from approvals.models import Decision, Policy, Request, Step
from approvals.ports import Subject
from billing.access import REVIEW_INVOICES
from billing.models import Invoice, InvoiceLine, InvoiceReview
from core.errors import Refusal
from core.exchange import rates_for
from core.money import round_amount
from people.access import has_right
from people.models import LegalEntity, StaffMember, User
from projects.models import Project

KIND = "billing.invoice"


class ReviewIsMissing(Refusal):
    """The firm's policy holds an invoice back until its review approved the draft as it is now."""


@dataclass(frozen=True)
class Review:
    """Where one draft stands: NONE, IN_REVIEW, APPROVED, RETURNED or CHANGED (approved or asked before a change)."""

    state: str = "NONE"
    waits_for: str = ""
    reason: str = ""
    by_name: str = ""
    dialogue: Dialogue = NOTHING_SAID

    # Kind, icon and words of design.md.
    LOOKS: ClassVar = {
        "IN_REVIEW": ("wait", "eye", "In review"),
        "APPROVED": ("ok", "check", "Approved"),
        "RETURNED": ("bad", "arrow-back-up", "Returned"),
        "CHANGED": ("warn", "arrows-diff", "Changed since review"),
    }

    @property
    def look(self) -> tuple[str, str, str] | None:
        if self.state == "IN_REVIEW" and self.dialogue.question is not None:
            return "wait", "message-question", f"Question of {self.dialogue.question.by_name}"
        return self.LOOKS.get(self.state)


def policy() -> Policy | None:
    """The policy of invoices if it has steps. One statement."""
    steps = Step.objects.filter(policy=OuterRef("pk"), is_retired=False)
    return Policy.objects.filter(Exists(steps), subject_kind=KIND).first()


def reviews_of(invoices: Collection[Invoice]) -> dict[int, Review]:
    """Where each draft stands, by its id. At most five statements, one where none was ever given into review."""
    versions = dict(
        InvoiceReview.objects.filter(invoice__in=[invoice.pk for invoice in invoices])
        .order_by("pk")
        .values_list("invoice_id", "version")
    )
    if not versions:
        return {}
    asked = Request.objects.filter(subject_kind=KIND, subject_id__in=versions).order_by("pk")
    states = dict(asked.values_list("subject_id", "state"))
    waits, returns = waits_for_names(KIND, list(versions)), last_returns(KIND, list(versions))
    said = dialogues(KIND, list(versions), returns)
    found = {}
    for invoice in invoices:
        if invoice.pk in versions:
            is_same = versions[invoice.pk] == invoice.version
            review = _review(invoice.pk, is_same, states, waits, returns)
            found[invoice.pk] = replace(review, dialogue=said.get(invoice.pk, NOTHING_SAID))
    return found


def _review(
    pk: int, is_same: bool, states: dict[int, str], waits: dict[int, str], returns: dict[int, Any]
) -> Review:
    state = states.get(pk, "")
    if state == Request.State.REJECTED and pk in returns:
        return Review("RETURNED", reason=returns[pk].reason, by_name=returns[pk].by_name)
    if not is_same:
        return Review("CHANGED")
    if state == Request.State.WAITING:
        return Review("IN_REVIEW", waits_for=waits.get(pk, ""))
    return Review("APPROVED" if state == Request.State.APPROVED else "NONE")


def review_of(invoice: Invoice) -> Review:
    """Where one draft stands."""
    return reviews_of([invoice]).get(invoice.pk, Review())


def why_not_issue(invoice: Invoice) -> str:
    """What of the review keeps the draft from being issued, in words; empty where nothing does. One statement where
    the firm has no review."""
    rules = policy()
    return what_keeps(review_of(invoice)) if rules is not None and rules.is_blocking else ""


def what_keeps(review: Review) -> str:
    """What a review that blocks says of issuing, in words; empty where it approves."""
    match review:
        case Review("APPROVED"):
            return ""
        case Review("IN_REVIEW", waits_for):
            return f"It is in review and waits for {waits_for or 'somebody who may review all invoices'}."
        case Review("RETURNED", _, reason, by_name):
            return f"{by_name} returned it: {reason}"
        case Review("CHANGED"):
            return "It was changed since its review. Give it into review again."
        case _:
            return "It needs a review first. Give it into review."


def keep_review(invoice: Invoice) -> None:
    """Keeps with a draft that is being issued how its review stands, and who approved it. One statement where it was
    never given into review. Call it before the review is ended."""
    last = InvoiceReview.objects.filter(invoice=invoice).order_by("pk").last()
    if last is None:
        return
    approvals = Decision.objects.filter(
        request__subject_kind=KIND, request__subject_id=invoice.pk, outcome=Decision.Outcome.APPROVED
    )
    latest = Request.objects.filter(subject_kind=KIND, subject_id=invoice.pk).order_by("-pk").values("pk")[:1]
    names = [each.by_whom for each in approvals.filter(request__in=latest).order_by("pk")]
    last.issued_as = review_of(invoice).state
    last.approved_by = ", ".join(dict.fromkeys(names))[:400]
    last.save(update_fields=["issued_as", "approved_by"])


def kept_review(invoice: Invoice) -> InvoiceReview | None:
    """How the review of an issued invoice stood when it was issued; None where there was none. One statement."""
    return InvoiceReview.objects.filter(invoice=invoice).exclude(issued_as="").order_by("pk").last()


def waiting_requests(user: User, on: date, *, mine_only: bool = False) -> Any:
    """Open requests that the person decides on; their own are left out where the policy forbids deciding on those."""
    decides_all = has_right(user, REVIEW_INVOICES) and not mine_only
    found = Request.objects.filter(waiting_for(user, on=on, decides_all=decides_all), subject_kind=KIND)
    if user.staff_member is None:
        return found
    return found.exclude(owner=user.staff_member, policy__allows_self_approval=False)


def waiting_invoices(user: User, on: date, *, mine_only: bool = False) -> Any:
    """The drafts that wait for the person, with `since`; the oldest first. Without a statement."""
    asked = waiting_requests(user, on, mine_only=mine_only)
    since = Request.objects.waiting().filter(subject_kind=KIND, subject_id=OuterRef("pk"))
    found = Invoice.objects.drafts().filter(pk__in=asked.values("subject_id"))
    return found.annotate(since=Subquery(since.values("submitted_at")[:1])).order_by("since", "pk")


def subject_of(invoice: Invoice, owner: StaffMember, on: date) -> Subject:
    """The draft as approvals sees it. The amount is in the firm's currency; without a rate there is none, and steps
    that ask for amounts are asked all the same. At most three statements."""
    return Subject(
        kind=KIND,
        id=invoice.pk,
        owner_id=owner.pk,
        amount=_in_firms_currency(invoice, on),
        currency=invoice.currency,
        is_billable=True,
        project_id=invoice.project_id,
        lead_id=lead_of(invoice),
        department_id=owner.department_id,
    )


def drafts_with_others(project: Project) -> list[Invoice]:
    """Drafts for several projects of which this is one."""
    lines = InvoiceLine.objects.filter(invoice__project=None, project=project)
    return list(Invoice.objects.drafts().filter(pk__in=lines.values("invoice")).order_by("pk"))


def lead_of(invoice: Invoice) -> int | None:
    """Who leads its project; of several projects, who leads all of them. None where those have several leads."""
    if invoice.project is not None:
        return invoice.project.lead_id
    leads = set(invoice.lines.exclude(project=None).order_by().values_list("project__lead", flat=True))
    return leads.pop() if len(leads) == 1 else None


def _in_firms_currency(invoice: Invoice, on: date) -> Any:
    firm = LegalEntity.objects.filter(is_default=True).values_list("currency", flat=True).first()
    wanted = (invoice.currency, firm or invoice.currency, on)
    quoted = rates_for([wanted]).get(wanted)
    return round_amount(invoice.total_amount * quoted.rate, wanted[1]) if quoted else None
