"""Projects and rates by the API."""

from projects.api.classes import routes as classes
from projects.api.cost_rates import routes as cost_rates
from projects.api.labor_codes import routes as labor_codes
from projects.api.projects import routes as projects
from projects.api.rate_cards import routes as rate_cards
from projects.api.rounding import routes as rounding
from projects.api.tasks import routes as tasks
from projects.api.team import routes as team

ROUTERS = (projects, tasks, team, labor_codes, classes, rate_cards, rounding, cost_rates)

__all__ = ["ROUTERS"]
