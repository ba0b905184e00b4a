"""The company, its logo, and the lists that people belong to: departments, offices, job titles."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from core import audit, files
from core.errors import Refusal
from core.promises import promises
from people import time_zones
from people.access import MANAGE_FIRM, MANAGE_PEOPLE, require
from people.events import entity_renamed, head_changed
from people.models import Department, JobTitle, LegalEntity, Office, StaffMember, User

Named = Department | JobTitle | Office
LOGO_TYPES = frozenset({"image/png", "image/jpeg"})
LOGO_BYTES = 2 * 1024 * 1024

ENTITY_FIELDS = (
    "name",
    "tagline",
    "address",
    "email",
    "phone",
    "tax_number",
    "remittance",
    "country",
    "iban",
    "currency",
    "time_zone",
    "paper",
    "hours_style",
    "mark",
    "mark_color",
)


class StillUsed(Refusal):
    """People or rules name it; it can be renamed, or removed once nothing does."""

    sentence = "{name} is still used by {users}. Change that first, or rename it."


class HeadIsInactive(Refusal):
    sentence = "{name} is not active. Choose somebody else."


class NameIsTaken(Refusal):
    sentence = "There is one called {name} already."


def edit_entity(*, entity: LegalEntity, by: User | None, **values: Any) -> LegalEntity:
    """Changes what the company's documents show. `values` are ENTITY_FIELDS; issued documents stay as they are.

    The currency stays once something is in the books: the database refuses it. Announces entity_renamed.
    """
    require(by, MANAGE_FIRM)
    unknown = set(values) - set(ENTITY_FIELDS)
    if unknown:
        raise TypeError(f"Not fields of a legal entity: {sorted(unknown)}")
    zone = values.get("time_zone")
    if zone is not None and time_zones.known(zone, "") != zone:
        raise Refusal("Choose a time zone of the list.", field="time_zone")
    with promises(), transaction.atomic():
        entity = LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
        audit.acting("entity.edit", by=by, subject=entity)
        was = entity.name
        if entity.is_default and values.get("currency", entity.currency) != entity.currency:
            # One currency for all of them: the others follow, in one statement.
            LegalEntity.objects.update(currency=values["currency"])
        for name, value in values.items():
            setattr(entity, name, value)
        entity.save(update_fields=list(values))
        if entity.name != was:
            entity_renamed.send(LegalEntity, entity=entity, was=was, by=by)
    return entity


def set_logo(*, entity: LegalEntity, name: str, content: bytes, by: User | None) -> LegalEntity:
    """The picture on documents and mails: PNG or JPEG, 2 MB at most. Raises NotWhatItSays, TooLarge (field logo)."""
    require(by, MANAGE_FIRM)
    if len(content) > LOGO_BYTES:
        raise files.TooLarge(f'"{files.clean_name(name)}" is larger than 2 MB.', field="logo")
    with transaction.atomic():
        entity = LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
        audit.acting("entity.set_logo", by=by, subject=entity)
        entity.logo = files.store(name, content, "logo", expect=LOGO_TYPES, field="logo")
        entity.save(update_fields=["logo"])
    return entity


def remove_logo(*, entity: LegalEntity, by: User | None) -> LegalEntity:
    """Shows the letters again. The file stays for documents that carry it."""
    require(by, MANAGE_FIRM)
    with transaction.atomic():
        entity = LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
        audit.acting("entity.remove_logo", by=by, subject=entity)
        entity.logo = None
        entity.save(update_fields=["logo"])
    return entity


def job_title_named(name: JobTitle | str | None) -> JobTitle | None:
    """The title of this name whatever its case, made if there is none; None for an empty name."""
    if isinstance(name, JobTitle) or not name:
        return name or None
    tidy = " ".join(name.split())[:80]
    return JobTitle.objects.filter(name__iexact=tidy).first() or JobTitle.objects.create(name=tidy)


def add_named(*, kind: type[Named], name: str, by: User | None) -> Named:
    """A department, office or job title. Raises NameIsTaken (field name)."""
    require(by, MANAGE_FIRM, MANAGE_PEOPLE)
    with transaction.atomic():
        _check_name(kind, name)
        thing = kind.objects.create(name=name)
        audit.acting(f"{kind._meta.model_name}.add", by=by, subject=thing)
    return thing


def rename(*, thing: Named, name: str, by: User | None) -> Named:
    """Another name for the same thing; people and rates keep it. Raises NameIsTaken (field name)."""
    require(by, MANAGE_FIRM)
    with transaction.atomic():
        _check_name(type(thing), name, thing)
        audit.acting(f"{thing._meta.model_name}.rename", by=by, subject=thing)
        thing.name = name
        thing.save(update_fields=["name"])
    return thing


def set_head(*, department: Department, head: StaffMember | None, by: User | None) -> Department:
    """Who heads the department, whom approvals may ask; None is nobody. Announces head_changed.

    Raises HeadIsInactive (field head).
    """
    require(by, MANAGE_FIRM)
    if head is not None and not head.is_active:
        raise HeadIsInactive(field="head", name=head.name)
    with transaction.atomic():
        department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
        audit.acting("department.set_head", by=by, subject=department, head=head.name if head else "")
        was, department.head = department.head, head
        department.save(update_fields=["head"])
        if head != was:
            head_changed.send(Department, department=department, was=was, by=by)
    return department


def remove_named(*, thing: Named, by: User | None) -> None:
    """Removes what nobody and nothing uses. Raises StillUsed."""
    require(by, MANAGE_FIRM)
    with transaction.atomic():
        audit.acting(f"{thing._meta.model_name}.remove", by=by, subject=thing, name=thing.name)
        # Holidays would go along without a word.
        if isinstance(thing, Office) and thing.holidays.exists():
            raise StillUsed(name=thing.name, users="holidays")
        try:
            thing.delete()
        except ProtectedError as error:
            raise StillUsed(name=thing.name, users=users_of(error)) from error


def users_of(error: ProtectedError) -> str:
    """What keeps a thing from being removed, in words: `1 reminder rule and 3 staff members`."""
    counts = Counter(type(each) for each in error.protected_objects)
    words = [
        f"{count} {kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural}"
        for kind, count in sorted(counts.items(), key=lambda pair: str(pair[0]._meta.verbose_name))
    ]
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _check_name(kind: type[Named], name: str, but: Named | None = None) -> None:
    found = kind.objects.filter(name__iexact=name)
    if but is not None:
        found = found.exclude(pk=but.pk)
    if found.exists():
        raise NameIsTaken(field="name", name=name)
