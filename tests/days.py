"""The day it is for the people of the tests, whatever the hour and wherever the tests run."""

from datetime import date

from core import clock

# Where the firms of the tests are, and their legal entities: a document's day is counted there. Its people are in UTC,
# unless a test says otherwise: their own day is `clock.today(user)`. For hours of each night the two differ.
ZONE = "America/New_York"


def today() -> date:
    """The day it is at the firm, and on its documents."""
    return clock.date_in(ZONE, clock.now())
