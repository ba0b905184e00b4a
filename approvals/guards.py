"""The guard of pages on which people decide: by right, or because something may wait for them all the same."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest

from approvals.approvers import may_be_asked
from people.guards import View, guarded
from people.models import User


def deciders(*rights: str) -> Callable[[View], View]:
    """Lets in who holds one of the rights, and whom a step or an approver on leave has named.

    What they may decide on is asked again for each thing by approvals.deciding.
    """

    def decorate(view: View) -> View:
        behind = guarded(*rights)(view)

        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            person = request.user
            if isinstance(person, User) and not person.rights.intersection(rights) and may_be_asked(person):
                return view(request, *args, **kwargs)
            return behind(request, *args, **kwargs)

        guarded_view.guard = rights  # type: ignore[attr-defined]
        return guarded_view

    return decorate
