"""What every page of the shell shows: firm, person, menu, theme."""

from typing import Any

from django.http import HttpRequest

from core.hosts import root_url
from psa.menu import menu_for, tabs_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the shell. On the root host and for clients there is no person and no menu."""
    user = getattr(request, "user", None)
    firm = getattr(request, "tenant", None)
    is_firm = getattr(request, "is_firm", False)
    context: dict[str, Any] = {
        "firm_name": firm.name if is_firm else "",
        "firm_initials": "".join(word[0] for word in firm.name.split() if word[0].isalnum())[:2].upper()
        if is_firm
        else "",
        "root_url": root_url(),
        "theme": getattr(user, "theme", "auto"),
        "menu": [],
        "tabs": [],
    }
    if is_firm and user is not None and user.is_authenticated:
        groups = menu_for(user, request.path)
        context |= {"menu": groups, "tabs": tabs_for(groups)}
    return context
