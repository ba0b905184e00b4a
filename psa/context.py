"""What every page of the shell shows: firm, person, menu, theme."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import clock
from core.hosts import root_url
from people.models import User
from psa.demo.stories import door_of
from psa.menu import menu_for, tabs_for
from psa.settings_tabs import tabs_of_settings
from timesheets.timer_list import ShownTimer, running_timer


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the shell. On the root host and for clients there is no person and no menu."""
    user = getattr(request, "user", None)
    firm = getattr(request, "tenant", None)
    is_firm = getattr(request, "is_firm", False)
    context: dict[str, Any] = {
        "firm_name": firm.name if is_firm else "",
        # Called by the pages that show them.
        "firm_initials": partial(initials_of, firm.name) if is_firm else "",
        "root_url": root_url,
        "theme": getattr(user, "theme", "auto"),
        "menu": [],
        "tabs": [],
    }
    if settings.DEMO and is_firm:
        # Called by the sign-in page alone.
        context["demo_door"] = partial(door_of, firm.slug, mailbox_url=settings.SANDBOX_URL)
    if is_firm and user is not None and user.is_authenticated:
        # Made when the shell is drawn: a fragment, such as one cell of the week, asks for none of it.
        groups = SimpleLazyObject(lambda: menu_for(user, request.path))
        context |= {
            "menu": groups,
            "tabs": SimpleLazyObject(lambda: tabs_for(list(groups))),
            "person_title": SimpleLazyObject(lambda: title_of(user)),
            "timer": SimpleLazyObject(lambda: timer_of(user)),
            # Called by the pages that show it.
            "settings_tabs": partial(tabs_of_settings, user, request.path),
        }
    return context


def initials_of(name: str) -> str:
    """Two letters at most, for the firm's mark."""
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper()


def title_of(user: User) -> str:
    """What stands under the person's name: the job title, or nothing."""
    member = user.staff_member
    return member.job_title.name if member and member.job_title else ""


def timer_of(user: User) -> ShownTimer | None:
    """The person's running timer."""
    member = user.staff_member
    return running_timer(member, clock.now()) if member else None
