"""The two dialogs of a question, for the pages of every room: asking about what waits, and answering."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from approvals.asking import answer, ask, can_answer
from approvals.desks import Desk
from approvals.forms import AnswerForm, QuestionForm
from approvals.history import NOTHING_SAID, dialogues, last_returns
from approvals.models import Request
from core import clock
from core.pages import page, refusals_into, toast
from people.models import User

REPLIED, ANSWERED = "Replied. It goes along when you submit again.", "Answered. It goes on waiting."
REFRESH = {"HX-Refresh": "true"}


def ask_about(
    request: HttpRequest,
    desk: Desk,
    ids: Collection[int],
    *,
    carried: Mapping[str, str] | None = None,
    done: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """The dialog in which an approver asks; what does not wait for the person is left out.

    `carried` are hidden fields that the page wants back, `done` is how it answers; without, the page loads anew.
    """
    user = request.user
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            asked = ask(desk=desk, ids=ids, text=form.cleaned_data["text"], by=user, at=clock.now())
            toast(request, f"Asked about {desk.count(len(asked))}. Nothing leaves your queue.")
            return done() if done else HttpResponse(status=204, headers=REFRESH)
    context = _waiting_context(desk, user, ids)
    context |= {"form": form, "action": request.path, "carried": carried or {}}
    return page(request, "approvals/ask.html", context, status=422 if form.errors else 200)


def _waiting_context(desk: Desk, user: User, ids: Collection[int]) -> dict[str, Any]:
    """What of this waits for the person, whose it is, and how it is named."""
    waiting = desk.waiting(user, clock.today(user)).filter(subject_id__in=ids)
    mine = dict(waiting.order_by("pk").values_list("subject_id", "owner__name"))
    return {
        "what": desk.count(len(mine)) if mine else "",
        "names": sorted(set(mine.values())),
        "topics": list(desk.topics(list(mine), user).values()) if mine else [],
    }


def dialogue(request: HttpRequest, desk: Desk, subject_id: int) -> HttpResponse:
    """What was asked and said about one thing, for its owner to answer and for others to read.

    Whether the person may see the thing at all is for the room to say first.
    """
    user = request.user
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            text = form.cleaned_data["text"]
            said = answer(desk=desk, subject_id=subject_id, text=text, by=user, at=clock.now())
            is_reply = said.request.state == Request.State.REJECTED
            toast(
                request,
                "Replied. It goes along when you submit again."
                if is_reply
                else "Answered. It goes on waiting.",
            )
            return HttpResponse(status=204, headers=REFRESH)
    context = _dialogue_context(desk, user, subject_id) | {"form": form, "action": request.path}
    return page(request, "approvals/question.html", context, status=422 if form.errors else 200)


def _dialogue_context(desk: Desk, user: User, subject_id: int) -> dict[str, Any]:
    """What was said, and whether it is the person's to answer."""
    latest = Request.objects.filter(subject_kind=desk.kind, subject_id=subject_id).order_by("-pk").first()
    is_own = latest is not None and user.staff_member is not None and latest.owner_id == user.staff_member.pk
    talks = dialogues(desk.kind, [subject_id], last_returns(desk.kind, [subject_id]))
    return {
        "topic": desk.topics([subject_id], user).get(subject_id),
        "dialogue": talks.get(subject_id, NOTHING_SAID),
        "may_answer": is_own and latest is not None and can_answer(latest),
    }
