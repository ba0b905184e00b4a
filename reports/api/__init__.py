"""Read models across rooms by the API."""

from reports.api.budgets import routes as budgets
from reports.api.hours import routes as hours
from reports.api.inbox import routes as inbox
from reports.api.policies import routes as policies
from reports.api.work_in_progress import routes as work_in_progress

ROUTERS = (budgets, hours, inbox, policies, work_in_progress)

__all__ = ["ROUTERS"]
