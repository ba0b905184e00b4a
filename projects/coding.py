"""Labor codes: the kinds of work."""

from django.db import transaction

from core import audit
from core.activating import set_active
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import LaborCode
from projects.opening import NameIsMissing


def add_labor_code(
    *,
    name: str,
    by: User | None,
    code: str = "",
    is_billable: bool = True,
    requires_notes: bool = False,
    is_overtime: bool = False,
) -> LaborCode:
    """Adds a labor code. Raises LaborCodeExists."""
    new = LaborCode(requires_notes=requires_notes, is_overtime=is_overtime)
    return _save(new, "labor_code.add", by, name, code, is_billable)


def edit_labor_code(
    *,
    labor_code: LaborCode,
    name: str,
    code: str,
    is_billable: bool,
    by: User | None,
    requires_notes: bool | None = None,
    is_overtime: bool | None = None,
) -> LaborCode:
    """Changes a labor code; None leaves whether it needs notes or is overtime. Time already recorded stays as it is.

    Raises LaborCodeExists.
    """
    if requires_notes is not None:
        labor_code.requires_notes = requires_notes
    if is_overtime is not None:
        labor_code.is_overtime = is_overtime
    return _save(labor_code, "labor_code.edit", by, name, code, is_billable)


def deactivate_labor_code(*, labor_code: LaborCode, by: User | None) -> LaborCode:
    """Takes it out of pick-lists; tasks and time that have it keep it."""
    require_manage(by)
    return set_active(labor_code, False, verb="labor_code", by=by)


def reactivate_labor_code(*, labor_code: LaborCode, by: User | None) -> LaborCode:
    """The way back of `deactivate_labor_code`."""
    require_manage(by)
    return set_active(labor_code, True, verb="labor_code", by=by)


def _save(
    labor_code: LaborCode, verb: str, by: User | None, name: str, code: str, is_billable: bool
) -> LaborCode:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting(verb, by=by, subject=labor_code if labor_code.pk else None, name=name)
        labor_code.name, labor_code.code, labor_code.is_billable = name, code.strip(), is_billable
        labor_code.save()
        return labor_code
