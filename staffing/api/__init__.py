"""Leave and decisions on it for programs: the same operations as the pages, with the same rights."""

from staffing.api import deciding, leave

ROUTERS = [leave.routes, deciding.routes]
