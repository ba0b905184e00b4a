"""Time and its approvals for programs: the same operations as the pages, with the same rights."""

from timesheets.api import approvals, cells, entries, weeks

ROUTERS = [entries.routes, cells.routes, weeks.routes, approvals.routes]
