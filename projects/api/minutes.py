"""Budgets of hours by the API: whole minutes outside, hours in the forms."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from projects.forms import MOST_HOURS

BudgetMinutes = Annotated[int, Field(ge=0, le=int(MOST_HOURS) * 60)]


def in_hours(wish: BaseModel) -> dict[str, Any]:
    """What the wish gives, for a form that reads hours; a budget of whole minutes comes back as it was."""
    given = wish.model_dump(exclude_unset=True)
    for name in ("budget_minutes", "po_minutes"):
        if given.get(name) is not None:
            given[name] = f"{Decimal(given[name]) / 60:f}"
    return given
