"""Classes: the accountant's second way to cut time and expenses."""

from django.db import transaction

from core import audit
from core.activating import set_active
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import WorkClass
from projects.opening import NameIsMissing


def add_class(*, name: str, by: User | None) -> WorkClass:
    """Adds a class. Refused when there is one of that name."""
    return _save(WorkClass(), "work_class.add", name, by)


def rename_class(*, work_class: WorkClass, name: str, by: User | None) -> WorkClass:
    """Gives it another name; time and expenses under it go along."""
    return _save(work_class, "work_class.rename", name, by)


def deactivate_class(*, work_class: WorkClass, by: User | None) -> WorkClass:
    """Takes it out of pick-lists; what stands under it keeps it."""
    require_manage(by)
    return set_active(work_class, False, verb="work_class", by=by)


def reactivate_class(*, work_class: WorkClass, by: User | None) -> WorkClass:
    """The way back of `deactivate_class`."""
    require_manage(by)
    return set_active(work_class, True, verb="work_class", by=by)


def _save(work_class: WorkClass, verb: str, name: str, by: User | None) -> WorkClass:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting(verb, by=by, subject=work_class if work_class.pk else None, name=name)
        work_class.name = name
        work_class.save()
        return work_class
