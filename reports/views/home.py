"""Home: what is due for this person, in up to three lenses; for a new firm the checklist."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from billing.access import VIEW_BILLING
from core import clock
from core.pages import page
from people.access import MANAGE_FIRM, has_right
from people.guards import guarded, staff_only
from people.models import LegalEntity, User
from reports.mine import my_home
from reports.money import money_home
from reports.setting_up import steps
from reports.team import team_home
from timesheets.access import APPROVE_ALL, APPROVE_TEAM

HIDDEN = "checklist_hidden"


def lenses(user: User) -> list[tuple[str, str]]:
    """The lenses that the person has, the first one being where they land."""
    found = [("mine", "My week")]
    if has_right(user, APPROVE_TEAM) or has_right(user, APPROVE_ALL):
        found.insert(0, ("team", "Team"))
    if has_right(user, VIEW_BILLING):
        found.insert(0, ("money", "Finance"))
    return found


@staff_only
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    checklist = _checklist(request)
    if checklist:
        return page(request, "reports/first_run.html", checklist)
    found = lenses(request.user)
    names = [name for name, _ in found]
    lens = request.GET.get("view", names[0])
    if lens not in names:
        return redirect("reports:home")
    now = timezone.localtime(clock.now())
    context: dict[str, Any] = {"lenses": found, "lens": lens, "greeting": greeting(now), "today": now.date()}
    match lens:
        case "money":
            context["money"] = money_home(request.user, _currency(), now.date())
        case "team":
            context["team"] = team_home(request.user, now.date(), now)
        case _:
            context["mine"] = my_home(request.user.staff_member, now.date())
    return page(request, f"reports/home_{lens}.html", context)


def _currency() -> str:
    return LegalEntity.objects.values_list("currency", flat=True).get(is_default=True)


def greeting(now: datetime) -> str:
    """By the person's own clock."""
    if now.hour < 12:
        return "Good morning"
    return "Good afternoon" if now.hour < 18 else "Good evening"


def _checklist(request: HttpRequest) -> dict[str, Any]:
    """The steps that a new firm's owner still has before them; empty once all are done or the list is hidden."""
    if not has_right(request.user, MANAGE_FIRM) or request.session.get(HIDDEN) or request.GET.get("view"):
        return {}
    found = steps(LegalEntity.objects.values_list("name", flat=True).get(is_default=True))
    done = sum(step.is_done for step in found)
    if found[-1].is_done:
        return {}
    following = next(step for step in found if not step.is_done)
    return {"steps": found, "done": done, "following": following}


@guarded(MANAGE_FIRM)
@require_POST
def hide_checklist(request: HttpRequest) -> HttpResponse:
    """Until the next sign-in; the list is derived, so nothing is lost."""
    request.session[HIDDEN] = True
    return redirect("reports:home")
