"""Time and its approvals for programs: the same operations as the pages, with the same rights."""

from timesheets.api import (
    approvals,
    cells,
    deciding,
    entries,
    expense_approvals,
    expense_settings,
    expenses,
    periods,
    rates,
    reminders,
    rows,
    rules,
    timers,
    weeks,
)

ROUTERS = [
    entries.routes,
    cells.routes,
    rows.routes,
    timers.routes,
    rates.routes,
    reminders.routes,
    weeks.routes,
    periods.routes,
    rules.routes,
    approvals.routes,
    deciding.routes,
    expenses.routes,
    expense_settings.routes,
    expense_approvals.routes,
]
