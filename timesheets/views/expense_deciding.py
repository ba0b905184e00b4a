"""Approvals of expenses: the queue by report with receipts beside the lines, approving, returning, taking back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.certifying import Signature, session_digest, signature_needed, steps_asked
from approvals.guards import deciders
from approvals.models import Policy
from approvals.preview import later_words
from approvals.submitting import policy_for
from approvals.views.dialogues import ask_about, dialogue
from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from people.access import has_right
from people.guards import is_confirmed, staff_only
from people.models import User
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.expense_forms import ApproveForm, DecideForm, NamedApproveForm, ReturnForm, SignedApproveForm
from timesheets.expenses.access import visible_to
from timesheets.expenses.approving import Decided, approve_expenses, return_expenses, take_back_expenses
from timesheets.expenses.desk import EXPENSES
from timesheets.expenses.queue import Queue, queue
from timesheets.expenses.sheet import seen_text
from timesheets.expenses.subjects import KIND
from timesheets.expenses.values import total
from timesheets.expenses.waiting import waiting_lines
from timesheets.forms import parse_versions
from timesheets.models import Expense

# A passkey or a code that was given so lately takes the place of the password.
CONFIRMED_MINUTES = 5


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for the person by report; `?report=` is the open one."""
    part = "#queue" if is_fragment(request) else ""
    template = f"timesheets/expense_approvals.html{part}"
    return page(request, template, _context(request, _number(request.GET.get("report", ""))))


def _context(request: HttpRequest, report_id: int | None, skipped: Sequence[str] = ()) -> dict[str, Any]:
    user: User = request.user  # type: ignore[assignment]
    mine_only = request.GET.get("mine") == "1" or request.POST.get("mine") == "1"
    found = queue(user, clock.now(), clock.today(user), mine_only=mine_only)
    chosen = found.find(report_id)
    return {
        "queue": found,
        "chosen": chosen,
        "is_chosen": report_id is not None,
        "then": _after(found, chosen.sheet.report.pk if chosen else None),
        "clean_seen": seen_text(found.clean_lines),
        "chosen_clean": seen_text(chosen.clean) if chosen else "",
        "chosen_all": seen_text(chosen.sheet.lines) if chosen else "",
        "mine_only": mine_only,
        "decides_all": has_right(user, APPROVE_ALL),
        "skipped": skipped,
    }


def _after(found: Queue, report_id: int | None) -> str:
    """The report to show when this one is decided."""
    ids = [sheet.sheet.report.pk for sheet in found.sheets]
    if report_id not in ids or len(ids) < 2:
        return ""
    place = ids.index(report_id)
    return str(ids[place + 1] if place + 1 < len(ids) else ids[place - 1])


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """The sum, the statement and what a signature needs; and the approval itself."""
    lines = _lines(request)
    is_due, proved = _signing(request, lines)
    kind = ApproveForm if not is_due else NamedApproveForm if proved else SignedApproveForm
    form = kind(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            return _done(request, form, _approved(request, form, proved), "approved")
    policy = policy_for(KIND)
    more = {
        "statement": policy.statement,
        "is_due": is_due,
        "then_goes_to": _next_words(policy, lines),
    }
    return _dialog(request, "timesheets/expense_approve.html", form, lines, more)


def _next_words(policy: Policy, lines: Sequence[Expense]) -> str:
    """`Next: Finance`, where somebody decides after this; a step for what is over policy only where something is."""
    asks_more = any(not step.is_for_exceptions for step in policy.live_steps[1:])
    if not asks_more and not any(line.needs_second for line in lines):
        return ""
    later = later_words(KIND, [line.pk for line in lines])
    return later and f"Next: {later}"


def _signing(request: HttpRequest, lines: Sequence[Expense]) -> tuple[bool, bool]:
    """Whether a signature is due, and whether the person has just proved who they are by other means."""
    asked = steps_asked(KIND, [line.pk for line in lines])
    session = session_digest(request.session.session_key)
    user: User = request.user  # type: ignore[assignment]
    is_due = signature_needed(user, asked, clock.now(), session)
    return is_due, is_due and is_confirmed(request, minutes=CONFIRMED_MINUTES)


def _approved(request: HttpRequest, form: DecideForm, proved: bool) -> Decided:
    """Approves the lines that a valid form names, as they were read and signed."""
    user: User = request.user  # type: ignore[assignment]
    signature = Signature(
        typed_name=form.cleaned_data.get("typed_name", ""),
        password=form.cleaned_data.get("password", ""),
        address=request.META.get("REMOTE_ADDR"),
        reauthenticated=proved,
        session=session_digest(request.session.session_key),
    )
    seen = form.cleaned_data["lines"]
    return approve_expenses(expense_ids=list(seen), by=user, at=clock.now(), signature=signature, seen=seen)


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest) -> HttpResponse:
    """Asks for the reason, and returns the lines; the others of the report go on."""
    form = ReturnForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            decided = return_expenses(
                expense_ids=list(form.cleaned_data["lines"]),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
            )
            return _done(request, form, decided, "returned")
    return _dialog(request, "timesheets/expense_return.html", form, _lines(request), {})


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks about lines; they stay in the queue, and the page shows the same report."""
    lines = _lines(request)
    here = lines[0].report_id if lines else None
    carried = {"lines": _seen(lines), "mine": request.GET.get("mine", request.POST.get("mine", ""))}
    ids = [line.pk for line in lines]
    return ask_about(request, EXPENSES, ids, carried=carried, done=lambda: _answer(request, here, []))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked about a line: for its owner to answer, and for those who may see it to read."""
    visible = visible_to(request.user, clock.today(request.user))
    return dialogue(request, EXPENSES, get_object_or_404(visible, pk=pk).pk)


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def undo(request: HttpRequest, lines: str) -> HttpResponse:
    """Takes a decision back: the lines wait again."""
    ids = list(parse_versions(lines))
    again = take_back_expenses(expense_ids=ids, by=request.user, at=clock.now())
    toast(request, f"{_count(len(again))} {'waits' if len(again) == 1 else 'wait'} again.")
    shown = Expense.objects.filter(pk__in=again).values_list("report_id", flat=True).first()
    return _answer(request, shown, [])


def _lines(request: HttpRequest) -> list[Expense]:
    """The dialog's lines: those posted or ticked, as far as they wait for the person."""
    user: User = request.user  # type: ignore[assignment]
    asked = request.POST if request.method == "POST" else request.GET
    ticked = [each for text in asked.getlist("lines") for each in parse_versions(text)]
    waiting = waiting_lines(user, clock.today(user)).filter(pk__in=ticked)
    return list(waiting.select_related("report__staff", "code").order_by("pk"))


def _seen(lines: Sequence[Expense]) -> str:
    return ",".join(f"{line.pk}.{line.version}" for line in lines)


def _dialog(
    request: HttpRequest, template: str, form: DecideForm, lines: list[Expense], more: Mapping[str, Any]
) -> HttpResponse:
    currencies = sorted({line.report.currency for line in lines})
    sums = [
        (code, total(line.base_amount for line in lines if line.report.currency == code))
        for code in currencies
    ]
    context = {
        "form": form,
        "action": request.path,
        "lines": _seen(lines),
        "count": len(lines),
        "names": sorted({line.report.staff.name for line in lines}),
        "sums": sums,
        "mine": request.GET.get("mine", request.POST.get("mine", "")),
    }
    return page(request, template, context | dict(more), status=422 if form.errors else 200)


def _done(request: HttpRequest, form: DecideForm, decided: Decided, verb: str) -> HttpResponse:
    """The queue as it is now, what was done with the way back, and what was skipped and why."""
    ids = [*decided.expense_ids, *decided.waiting_ids]
    skipped = f" {len(decided.skipped)} skipped." if decided.skipped else ""
    back = reverse("timesheets:expense-take-back", args=[",".join(f"{pk}.1" for pk in ids)])
    # What waits for the next step was approved on this one only: there is nothing to take back yet.
    toast(request, f"{_count(len(ids))} {verb}.{skipped}", back if not decided.waiting_ids else None)
    here = Expense.objects.filter(pk__in=ids).values_list("report_id", flat=True).first()
    user: User = request.user  # type: ignore[assignment]
    is_left = waiting_lines(user, clock.today(user)).filter(report=here).exists()
    then = here if is_left else _number(form.cleaned_data["then"])
    return _answer(request, then, list(dict.fromkeys(decided.skipped.values())))


def _answer(request: HttpRequest, report_id: int | None, skipped: Sequence[str]) -> HttpResponse:
    """The parts of the page that a decision changes, put into place by htmx; the dialog closes."""
    context = _context(request, report_id, skipped)
    if context["chosen"] is None:
        context["chosen"] = context["queue"].find(None)
    return page(request, "timesheets/expense_answer.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _count(number: int) -> str:
    return f"{number} {'line' if number == 1 else 'lines'}"
