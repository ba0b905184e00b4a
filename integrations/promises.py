"""What the database's refusals about posted work mean, for people."""

from core import promises
from core.errors import Conflict


class WorkIsPosted(Conflict):
    """The entry stands in the accounting, or is being sent there."""

    sentence = (
        "This time is posted to QuickBooks, so it stays. Delete it there first; then it can be changed here."
    )


promises.register("integrations_posted_stays", WorkIsPosted)
