"""Mails that were refused or never confirmed stand on a page until a person decides; nothing goes again by itself."""

from collections.abc import Callable
from typing import Any

from django.test import Client as Web

from core.models import Action, Mail, OutboxRow
from tests.cast import NOW, TODAY, Cast

PAGE = "/people/firm/mails/"


def put(state: str, key: str, **fields: Any) -> Mail:
    values: dict[str, Any] = {
        "kind": "billing.review_waits",
        "to": ["dana@hm.example"],
        "subject": f"An invoice waits, {key}",
        "text": "Look at it.",
        "message_id": f"<{key}@hm.example>",
        "claimed_at": NOW,
    }
    return Mail.objects.create(
        subject_key=key, person_key=key, day=TODAY, not_before=NOW, state=state, **(values | fields)
    )


def test_what_is_unsure_or_refused_is_shown_and_nothing_else(cast: Cast, web: Callable[..., Web]) -> None:
    put("UNSURE", "doubtful", error="The worker stopped while it was sending.")
    put("FAILED", "refused", error="550 no such mailbox")
    put("SENT", "arrived")
    put("UNSURE", "reminder", is_reminder=True)
    shown = web(cast.owner).get(PAGE).content.decode()
    for words in (
        "An invoice waits, doubtful",
        "Not sure that it left",
        "An invoice waits, refused",
        "550 no such",
    ):
        assert words in shown
    for words in ("An invoice waits, arrived", "An invoice waits, reminder"):
        assert words not in shown
    assert shown.count("It arrived</button>") == 1


def test_an_empty_page_says_so(cast: Cast, web: Callable[..., Web]) -> None:
    assert "Every mail left" in web(cast.owner).get(PAGE).content.decode()


def test_sending_again_is_the_same_mail(cast: Cast, web: Callable[..., Web]) -> None:
    mail = put("UNSURE", "doubtful")
    before = OutboxRow.objects.count()
    answer = web(cast.owner).post(f"{PAGE}{mail.pk}/again/", follow=True)
    assert "is on its way again" in answer.content.decode()
    again = Mail.objects.get(pk=mail.pk)
    assert (again.state, again.message_id) == ("QUEUED", mail.message_id)
    assert OutboxRow.objects.count() == before + 1
    assert Action.objects.filter(verb="mail.send_again", actor_name=cast.owner.name).exists()
    assert web(cast.owner).get(f"{PAGE}{mail.pk}/again/").status_code == 405


def test_somebody_found_out_that_it_arrived(cast: Cast, web: Callable[..., Web]) -> None:
    mail = put("UNSURE", "doubtful")
    web(cast.owner).post(f"{PAGE}{mail.pk}/arrived/")
    assert Mail.objects.get(pk=mail.pk).state == "SENT"
    refused = put("FAILED", "refused")
    assert web(cast.owner).post(f"{PAGE}{refused.pk}/arrived/").status_code == 422
    assert Mail.objects.get(pk=refused.pk).state == "FAILED"


def test_it_is_for_those_who_manage_the_firm(cast: Cast, web: Callable[..., Web]) -> None:
    mail = put("UNSURE", "doubtful")
    for person in (cast.manager, cast.member, cast.finance):
        assert web(person).get(PAGE).status_code == 403
        assert web(person).post(f"{PAGE}{mail.pk}/again/").status_code == 403
