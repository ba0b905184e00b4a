"""Whoever the token is of."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from core import clock
from core.api import Routes, Row, Wish, cleaned
from people.forms import ProfileForm
from people.guards import signed_in
from people.issuing import revoke_token
from people.models import User
from people.preferring import choose_theme, edit_profile

routes = Routes("people")


class TokenRow(Row):
    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class MeRow(Row):
    id: int
    email: str
    name: str
    time_zone: str
    hours_style: str
    theme: str
    is_owner: bool
    staff_id: int | None
    roles: list[str]
    rights: list[str]
    token: TokenRow


class MeWish(Wish):
    name: str = ""
    time_zone: str = "UTC"
    hours_style: str = "decimal"
    theme: str = ""


@routes.read("/me", MeRow, scope="")
@signed_in
def show_me(request: HttpRequest) -> dict[str, Any]:
    """The person and the token, with what both may."""
    return _me(request, request.user)


@routes.write("/me", MeRow, method="PATCH")
@signed_in
def change_me(request: HttpRequest, wish: MeWish) -> dict[str, Any]:
    """Changes the own profile; what is not given stays."""
    given = wish.model_dump(exclude_unset=True)
    theme = given.pop("theme", None)
    if given:
        edit_profile(person=request.user, by=request.user, **cleaned(ProfileForm, given, person=request.user))
    if theme is not None:
        choose_theme(person=request.user, theme=theme)
    return _me(request, User.objects.prefetch_related("roles").get(email=request.user.email))


@routes.write("/me/token", method="DELETE", scope="")
@signed_in
def revoke_own_token(request: HttpRequest) -> None:
    """Revokes the token that asks; it opens nothing any more."""
    revoke_token(token=request.api_token, by=request.user, at=clock.now())  # type: ignore[attr-defined]


def _me(request: HttpRequest, person: User) -> dict[str, Any]:
    staff = person.staff_member
    own = ("id", "email", "name", "time_zone", "hours_style", "theme", "is_owner")
    return {name: getattr(person, name) for name in own} | {
        "staff_id": staff.pk if staff else None,
        "roles": sorted(role.name for role in person.roles.all()),
        "rights": sorted(person.rights),
        "token": request.api_token,  # type: ignore[attr-defined]
    }
