"""Refusals: what an operation answers when it does not do what was asked."""

from typing import Any, ClassVar

from django.utils.translation import gettext


class Refusal(Exception):
    """An operation was refused for a reason that a person can act on.

    `message` is a whole sentence for people. `field` names the form field it belongs to, empty for the whole form.
    `facts` are values for those who catch it. A subclass may carry its own `sentence` with places for facts:

        class PeriodIsLocked(Refusal):
            sentence = "{day} is locked."

        raise PeriodIsLocked(day="Mon 3 Nov")
    """

    status: ClassVar[int] = 422
    sentence: ClassVar[str] = ""

    def __init__(self, message: str = "", *, field: str = "", **facts: Any) -> None:
        if not message and self.sentence:
            message = gettext(self.sentence).format(**facts)
        self.message = message or "This cannot be done."
        self.field = field
        self.facts = facts
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class NotAllowed(Refusal):
    """The person lacks the right. Answered with 403."""

    status = 403
    sentence = "You do not have the right to do this."


class Conflict(Refusal):
    """Somebody else changed the thing meanwhile. Answered with 409."""

    status = 409
    sentence = "This was changed meanwhile. Load it again to see what is there now."


class NotReadable(Refusal):
    """The address or the form holds something that cannot be stored or compared. Answered with 400."""

    status = 400
    sentence = "The address or the form is damaged, so this request cannot be read."
