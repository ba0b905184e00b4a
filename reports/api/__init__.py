"""Read models across rooms by the API."""

from reports.api.budgets import routes as budgets
from reports.api.hours import routes as hours
from reports.api.inbox import routes as inbox
from reports.api.policies import routes as policies

ROUTERS = (budgets, hours, inbox, policies)

__all__ = ["ROUTERS"]
