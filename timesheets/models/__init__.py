"""Time and expenses: the lines of work that are submitted, approved and billed, and the firm's rules for them."""

from timesheets.models.expense_codes import ExpenseCode as ExpenseCode
from timesheets.models.expense_codes import ExpenseLimit as ExpenseLimit
from timesheets.models.expense_codes import ExpenseMarkup as ExpenseMarkup
from timesheets.models.expense_codes import ExpenseRate as ExpenseRate
from timesheets.models.expense_codes import PerDiem as PerDiem
from timesheets.models.expenses import Expense as Expense
from timesheets.models.expenses import ExpenseQuerySet as ExpenseQuerySet
from timesheets.models.expenses import ExpenseReport as ExpenseReport
from timesheets.models.expenses import Receipt as Receipt
from timesheets.models.expenses import Reimbursement as Reimbursement
from timesheets.models.favourites import FavouriteRow as FavouriteRow
from timesheets.models.reminders import RemindedDepartment as RemindedDepartment
from timesheets.models.reminders import RemindedRole as RemindedRole
from timesheets.models.reminders import Reminder as Reminder
from timesheets.models.reminders import ReminderRule as ReminderRule
from timesheets.models.reminders import ReminderSettings as ReminderSettings
from timesheets.models.rules import SubmitRule as SubmitRule
from timesheets.models.rules import TimeRules as TimeRules
from timesheets.models.signed import SignedSubmission as SignedSubmission
from timesheets.models.time import TimeEntry as TimeEntry
from timesheets.models.time import TimeEntryQuerySet as TimeEntryQuerySet
from timesheets.models.timers import Timer as Timer
