"""What people set for themselves: name, time zone, how hours look, theme."""

from django.db import transaction

from core import audit
from core.errors import NotAllowed, Refusal
from people import time_zones
from people.models import StaffMember, User


class UnknownTimeZone(Refusal):
    sentence = "Choose a time zone of the list."


def edit_profile(*, person: User, name: str, time_zone: str, hours_style: str, by: User) -> User:
    """Changes the own profile; a staff member is called the same. Raises NotAllowed for anybody else's profile,
    UnknownTimeZone (field time_zone)."""
    if by != person:
        raise NotAllowed
    if time_zones.known(time_zone, "") != time_zone:
        raise UnknownTimeZone(field="time_zone")
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        audit.acting("person.edit_profile", by=by, subject=person)
        person.name, person.time_zone, person.hours_style = name, time_zone, hours_style
        person.save(update_fields=["name", "time_zone", "hours_style"])
        StaffMember.objects.filter(user=person).exclude(name=name).update(name=name)
    return person


def choose_theme(*, person: User, theme: str) -> None:
    """Light, dark or as the system. Not worth an audit record."""
    if theme not in User.Theme.values:
        raise Refusal("Choose light, dark or as the system.", field="theme")
    User.objects.filter(pk=person.pk).exclude(theme=theme).update(theme=theme)
