"""The company, its logo, working hours and holidays."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from core.api import Id, Listing, NotClean, Part, Routes, Row, Wish, cleaned, page
from core.responses import file_response
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.forms import EntityForm, HolidayEditForm, HolidayForm, PatternForm
from people.guards import guarded, signed_in
from people.models import Holiday, LegalEntity, WorkingPattern
from people.observing import edit_holiday
from people.organising import edit_entity, remove_logo, set_logo
from people.timing import WEEKDAYS, add_holiday, add_pattern, edit_pattern, remove_holiday, remove_pattern

routes = Routes("people")
DayMinutes = Annotated[int, Field(ge=0, le=1440)]
Week = Annotated[
    list[DayMinutes], Field(min_length=7, max_length=7, description="Required minutes, Monday first.")
]


class CompanyRow(Row):
    name: str
    tagline: str
    address: str
    email: str
    phone: str
    tax_number: str
    remittance: str
    country: str
    iban: str
    currency: str
    time_zone: str
    paper: str
    hours_style: str
    mark: str
    mark_color: str
    has_logo: bool

    @staticmethod
    def resolve_has_logo(entity: LegalEntity) -> bool:
        return entity.logo_id is not None


class CompanyChange(Wish):
    name: str = ""
    tagline: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    remittance: str = ""
    country: str = ""
    iban: str = ""
    currency: str = "USD"
    time_zone: str = "America/New_York"
    paper: str = "Letter"
    hours_style: str = "decimal"
    mark: str = ""
    mark_color: str = "#1b1d23"


class PatternRow(Row):
    id: int
    name: str
    minutes: list[int]
    is_default: bool

    @staticmethod
    def resolve_minutes(pattern: WorkingPattern) -> list[int]:
        return list(pattern.minutes_by_weekday)


class PatternWish(Wish):
    name: str
    minutes: Week
    is_default: bool = False


class PatternChange(Wish):
    name: str = ""
    minutes: Week | None = None
    is_default: bool = False


class HolidayRow(Row):
    id: int
    name: str
    on: date
    office_id: int | None


class HolidayChange(Wish):
    name: str = ""
    on: date = date.min


class HolidayWish(Wish):
    name: str
    on: date
    office_id: Id | None = None


@routes.read("/company", CompanyRow)
@guarded(MANAGE_FIRM)
def show_company(request: HttpRequest) -> LegalEntity:
    """The company as its documents show it."""
    return _entity()


@routes.write("/company", CompanyRow, method="PATCH")
@guarded(MANAGE_FIRM)
def change_company(request: HttpRequest, wish: CompanyChange) -> LegalEntity:
    """Changes what is given; issued documents stay as they are."""
    entity = _entity()
    return edit_entity(entity=entity, by=request.user, **cleaned(EntityForm, wish, entity=entity))


@routes.read("/company/logo", None)
@signed_in
def show_logo(request: HttpRequest) -> HttpResponseBase:
    """The logo, as PNG or JPEG."""
    entity = _entity()
    if entity.logo is None:
        raise Http404
    return file_response(entity.logo)


@routes.write("/company/logo", CompanyRow)
@guarded(MANAGE_FIRM)
def upload_logo(request: HttpRequest, logo: File[UploadedFile]) -> LegalEntity:
    """Takes a PNG or JPEG of 2 MB at most, as multipart/form-data."""
    return set_logo(entity=_entity(), name=logo.name or "logo", content=logo.read(), by=request.user)


@routes.write("/company/logo", CompanyRow, method="DELETE")
@guarded(MANAGE_FIRM)
def delete_logo(request: HttpRequest) -> LegalEntity:
    """Shows the letters again."""
    return remove_logo(entity=_entity(), by=request.user)


@routes.read("/working-patterns", Listing[PatternRow])
@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
def list_patterns(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Who works how long on which day."""
    return page(WorkingPattern.objects.all(), part)


@routes.write("/working-patterns", PatternRow, status=201)
@guarded(MANAGE_FIRM)
def create_pattern(request: HttpRequest, wish: PatternWish) -> WorkingPattern:
    """Adds working hours."""
    return add_pattern(by=request.user, **_pattern_fields(wish, None))


@routes.write("/working-patterns/{int:pattern_id}", PatternRow, method="PATCH")
@guarded(MANAGE_FIRM)
def change_pattern(request: HttpRequest, pattern_id: int, wish: PatternChange) -> WorkingPattern:
    """Changes working hours for everybody who works by them, past weeks included."""
    pattern = get_object_or_404(WorkingPattern, pk=pattern_id)
    return edit_pattern(pattern=pattern, by=request.user, **_pattern_fields(wish, pattern))


@routes.write("/working-patterns/{int:pattern_id}", method="DELETE")
@guarded(MANAGE_FIRM)
def delete_pattern(request: HttpRequest, pattern_id: int) -> None:
    """Removes working hours that nobody has."""
    remove_pattern(pattern=get_object_or_404(WorkingPattern, pk=pattern_id), by=request.user)


@routes.read("/holidays", Listing[HolidayRow])
@guarded(MANAGE_FIRM)
def list_holidays(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Days without required hours."""
    return page(Holiday.objects.all(), part)


@routes.write("/holidays", HolidayRow, status=201)
@guarded(MANAGE_FIRM)
def create_holiday(request: HttpRequest, wish: HolidayWish) -> Holiday:
    """Adds a day without required hours, for one office or for all."""
    return add_holiday(by=request.user, **cleaned(HolidayForm, wish))


@routes.write("/holidays/{int:holiday_id}", HolidayRow, method="PATCH")
@guarded(MANAGE_FIRM)
def change_holiday(request: HttpRequest, holiday_id: int, wish: HolidayChange) -> Holiday:
    """Another name or day; loading the year again keeps it so."""
    found = get_object_or_404(Holiday, pk=holiday_id)
    given = {"name": found.name, "on": found.on} | wish.model_dump(exclude_unset=True)
    return edit_holiday(holiday=found, by=request.user, **cleaned(HolidayEditForm, given))


@routes.write("/holidays/{int:holiday_id}", method="DELETE")
@guarded(MANAGE_FIRM)
def delete_holiday(request: HttpRequest, holiday_id: int) -> None:
    """The day is a working day again; a public holiday stays away in later years too."""
    remove_holiday(holiday=get_object_or_404(Holiday, pk=holiday_id), by=request.user)


def _entity() -> LegalEntity:
    return get_object_or_404(LegalEntity.objects.select_related("logo"), is_default=True)


def _pattern_fields(wish: PatternWish | PatternChange, pattern: WorkingPattern | None) -> dict[str, Any]:
    """The form has a field for each day, which takes durations as people type them; minutes are `90m`."""
    given = wish.model_dump(exclude_unset=True)
    minutes = given.pop("minutes", None) or (pattern.minutes_by_weekday if pattern else ())
    typed = {day: f"{value}m" if value else "" for day, value in zip(WEEKDAYS, minutes, strict=True)}
    try:
        fields = cleaned(PatternForm, given | typed, pattern=pattern)
    except NotClean as error:
        raise NotClean([(_of_day(path), message) for path, message in error.errors]) from error
    return {
        "name": fields["name"],
        "is_default": fields["is_default"],
        "minutes": [fields[day] or 0 for day in WEEKDAYS],
    }


def _of_day(path: str) -> str:
    return f"minutes.{WEEKDAYS.index(path)}" if path in WEEKDAYS else path
