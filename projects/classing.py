"""Classes: the accountant's second way to cut time and expenses."""

from django.db import transaction

from core import audit
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
    return _activate(work_class, False, by)


def reactivate_class(*, work_class: WorkClass, by: User | None) -> WorkClass:
    """The way back of `deactivate_class`."""
    return _activate(work_class, True, by)


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


def _activate(work_class: WorkClass, is_active: bool, by: User | None) -> WorkClass:
    with transaction.atomic():
        require_manage(by)
        work_class = WorkClass.objects.select_for_update().get(pk=work_class.pk)
        audit.acting(
            "work_class.reactivate" if is_active else "work_class.deactivate", by=by, subject=work_class
        )
        work_class.is_active = is_active
        work_class.save(update_fields=["is_active"])
        return work_class
