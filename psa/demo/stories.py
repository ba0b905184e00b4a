"""The demo firms, and what their sign-in pages tell."""

from dataclasses import dataclass

from psa.demo.hartwell import HARTWELL
from psa.demo.story import PASSWORD, SignIn, sign_ins
from psa.demo.studio import STUDIO

STORIES = (HARTWELL, STUDIO)


@dataclass(frozen=True)
class Door:
    """Whom a visitor of a demo firm can be, and where its mails arrive."""

    sign_ins: list[SignIn]
    password: str
    mailbox_url: str


def door_of(slug: str, *, mailbox_url: str) -> Door | None:
    """For the sign-in page of a demo firm; None for other firms."""
    story = next((story for story in STORIES if story.slug == slug), None)
    return Door(sign_ins(story), PASSWORD, mailbox_url) if story else None
