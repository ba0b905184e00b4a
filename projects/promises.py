"""What the database's refusals mean, for people."""

from core import promises
from core.errors import Refusal


class CodeIsTaken(Refusal):
    sentence = "Another project has this code."


class TaskExists(Refusal):
    sentence = "This project already has a task of this name."


class RateOverlaps(Refusal):
    """The card already has a rate for the same people and work on some of these days."""

    sentence = "This card already has a rate for the same people and work on some of these days."


class CardExists(Refusal):
    """The firm, client or project already has a card; there is one for each."""


class LaborCodeExists(Refusal):
    sentence = "There is already a labor code of this name."


promises.register("projects_code_once", CodeIsTaken, field="code")
promises.register("projects_end_after_start", "The project ends before it starts.", field="ends_on")
promises.register("projects_task_name_once", TaskExists, field="name")
promises.register("projects_laborcode_name_key", LaborCodeExists, field="name")
promises.register("projects_workclass_name_key", "There is already a class of this name.", field="name")
promises.register("projects_ratecard_name_key", "There is already a rate card of this name.", field="name")
promises.register(
    "projects_one_firm_card",
    lambda _: CardExists("The firm already has a card in this currency.", field="currency"),
)
promises.register(
    "projects_one_client_card", lambda _: CardExists("This client already has a rate card.", field="client")
)
promises.register(
    "projects_one_project_card",
    lambda _: CardExists("This project already has a rate card.", field="project"),
)
promises.register("projects_rates_do_not_overlap", RateOverlaps, field="starts_on")
promises.register("projects_rate_not_negative", "A rate is zero or more.", field="rate_amount")
promises.register("projects_rate_has_start", "A rate ends on or after the day it starts.", field="ends_on")
promises.register(
    "projects_rate_person_or_role", "A rate is for a person or for a role, not both.", field="job_title"
)
promises.register(
    "projects_active_client", "This client has open projects. Close them first, then deactivate the client."
)
promises.register(
    "projects_open_for_active_client", "This client is not active. Reactivate it first.", field="client"
)
