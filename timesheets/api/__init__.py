"""Time and its approvals for programs: the same operations as the pages, with the same rights."""

from timesheets.api import approvals, cells, entries, rows, weeks

ROUTERS = [entries.routes, cells.routes, rows.routes, weeks.routes, approvals.routes]
