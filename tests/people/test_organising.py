"""The company and its logo, and the lists that people belong to."""

import io

import pytest
from PIL import Image

from core.errors import NotAllowed, Refusal
from core.files import NotWhatItSays, TooLarge
from people.letterhead import letterhead
from people.models import Department, Holiday, JobTitle, LegalEntity, Office, StaffMember
from people.organising import (
    LOGO_BYTES,
    NameIsTaken,
    StillUsed,
    add_named,
    edit_entity,
    job_title_named,
    remove_logo,
    remove_named,
    rename,
    set_logo,
)
from tests.cast import TODAY, Cast


def picture(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 12), "#3453d0").save(buffer, kind)
    return buffer.getvalue()


def test_the_company(cast: Cast) -> None:
    entity = LegalEntity.objects.get()
    edit_entity(
        entity=entity,
        by=cast.owner,
        name="Hartwell & Moss, Inc.",
        address="1 Elm Street\nAustin, TX",
        mark="HMI",
    )
    assert letterhead() == {
        "firm_name": "Hartwell & Moss, Inc.",
        "firm_initials": "HMI",
        "firm_address_line": "Hartwell & Moss, Inc., 1 Elm Street, Austin, TX",
    }
    with pytest.raises(NotAllowed):
        edit_entity(entity=entity, by=cast.finance, name="Mine")
    with pytest.raises(Refusal) as caught:
        edit_entity(entity=entity, by=cast.owner, time_zone="Mars/Olympus")
    assert caught.value.field == "time_zone"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo(cast: Cast, kind: str) -> None:
    entity = set_logo(
        entity=LegalEntity.objects.get(), name=f"Logo.{kind}", content=picture(kind), by=cast.owner
    )
    assert entity.logo.read() == picture(kind)
    assert remove_logo(entity=entity, by=cast.owner).logo is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.png", picture("JPEG")),
        ("logo.gif", picture("GIF")),
        ("logo.svg", b"<svg/>"),
        ("logo.png", picture()[:40]),
        ("logo.png", b""),
        ("logo.pdf", b"%PDF-1.7"),
    ],
)
def test_what_is_no_logo(cast: Cast, name: str, content: bytes) -> None:
    entity = LegalEntity.objects.get()
    with pytest.raises(NotWhatItSays) as caught:
        set_logo(entity=entity, name=name, content=content, by=cast.owner)
    assert caught.value.field == "logo"
    entity.refresh_from_db()
    assert entity.logo is None


def test_a_logo_too_large(cast: Cast) -> None:
    with pytest.raises(TooLarge, match="2 MB"):
        set_logo(
            entity=LegalEntity.objects.get(),
            name="a.png",
            content=picture() + b"0" * LOGO_BYTES,
            by=cast.owner,
        )


def test_lists(cast: Cast) -> None:
    office = add_named(kind=Office, name="Austin", by=cast.owner)
    with pytest.raises(NameIsTaken):
        add_named(kind=Office, name="AUSTIN", by=cast.owner)
    assert rename(thing=office, name="austin", by=cast.owner).name == "austin"
    Holiday.objects.create(name="Fair", on=TODAY, office=office)
    with pytest.raises(StillUsed):
        remove_named(thing=office, by=cast.owner)
    Holiday.objects.all().delete()
    remove_named(thing=office, by=cast.owner)

    department = add_named(kind=Department, name="Civil", by=cast.owner)
    StaffMember.objects.filter(pk=cast.member.staff_member.pk).update(department=department)
    with pytest.raises(StillUsed, match="Civil is still used by 1 staff member"):
        remove_named(thing=department, by=cast.owner)
    # Rates name it.
    with pytest.raises(StillUsed):
        remove_named(thing=JobTitle.objects.get(name="Senior engineer"), by=cast.owner)
    with pytest.raises(NotAllowed):
        add_named(kind=Office, name="Mine", by=cast.member)


def test_job_titles_by_name(cast: Cast) -> None:
    assert job_title_named("  senior   ENGINEER ") == JobTitle.objects.get(name="Senior engineer")
    assert job_title_named("") is None
    new = job_title_named("Surveyor")
    assert new is not None
    assert new.name == "Surveyor"
