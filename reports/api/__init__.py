"""Read models across rooms by the API."""

from reports.api.hours import routes as hours
from reports.api.policies import routes as policies

ROUTERS = (hours, policies)

__all__ = ["ROUTERS"]
