"""Time and expenses: the lines of work that are submitted, approved and billed, and the firm's rules for them."""

from timesheets.models.rules import SubmitRule as SubmitRule
from timesheets.models.rules import TimeRules as TimeRules
from timesheets.models.time import TimeEntry as TimeEntry
from timesheets.models.time import TimeEntryQuerySet as TimeEntryQuerySet
