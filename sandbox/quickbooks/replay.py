"""`requestid`: a repeated change is answered with what was answered first. Source: integrations.md A7."""

import re

from sandbox.keeping import KeptAnswers, KeyIsBusy, KeyWasUsedOtherwise
from sandbox.quickbooks.faults import Fault
from sandbox.store import Body
from sandbox.world import World

LONGEST, LONGEST_OF_BATCH = 50, 36


class Replays:
    """Answers by company and request id.

    Only what was done is kept: a refused request may come again under its id. How long Intuit keeps answers is not
    documented; here it is a day of the sandbox's clock, after which the same id does the work once more.
    """

    def __init__(self, world: World) -> None:
        self._kept = KeptAnswers(world, "qbo_replay")

    def begin(self, realm: str, request_id: str, said: object, *, is_batch: bool = False) -> Body | None:
        """The first answer, or None with the id marked busy. Raises Fault 2130 for an id in bad form and 600 for one
        that is still being worked on or was used for something else."""
        longest = LONGEST_OF_BATCH if is_batch else LONGEST
        if not re.fullmatch(rf"[!-~]{{1,{longest}}}", request_id):
            detail = f"The request id must have between 1 and {longest} characters."
            raise Fault("2130", "Invalid Request Id format", detail, "requestid")
        try:
            stored = self._kept.begin(realm, request_id, said)
        except KeyIsBusy as error:
            raise _duplicate(f"The request with the id {request_id} is still being processed.") from error
        except KeyWasUsedOtherwise as error:
            raise _duplicate(f"The id {request_id} was used with another request.") from error
        return stored.body["answer"] if stored else None

    def end(self, realm: str, request_id: str) -> None:
        """The request is over, whatever its end."""
        self._kept.end(realm, request_id)

    def keep(self, realm: str, request_id: str, said: object, answer: Body) -> None:
        """Remember what was answered to a change that was made."""
        self._kept.keep(realm, request_id, said, {"answer": answer})


def _duplicate(detail: str) -> Fault:
    return Fault("600", "Duplicate Request Id", detail, "requestid")
