"""What the database's refusals mean, for people."""

from core import promises
from core.errors import Refusal


class CodeIsTaken(Refusal):
    sentence = "Another project has this code."


class TaskExists(Refusal):
    sentence = "There is already a task of this name here."


class TaskInItself(Refusal):
    sentence = "A task cannot be a part of itself or of one of its own parts."


class LabelExists(Refusal):
    sentence = "This list already has an entry of this name."


class TemplateExists(Refusal):
    sentence = "There is already a template of this name."


class RateOverlaps(Refusal):
    """The card already has a rate for the same people and work on some of these days."""

    sentence = "This card already has a rate for the same people and work on some of these days."


class CostOverlaps(Refusal):
    """There is a cost rate for the same people and work on some of these days."""

    sentence = "There is already a cost rate for the same people and work on some of these days."


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
promises.register(
    "projects_one_letter_card",
    lambda _: CardExists("There is already a card of this letter in this currency.", field="letter"),
)
promises.register("projects_card_unit_fits", "A day has between 1 and 24 hours.", field="day_minutes")
promises.register("projects_card_factors_positive", "A multiplier is above zero.", field="weekend_factor")
promises.register(
    "projects_card_overtime_code",
    "Say under which labor code overtime is recorded, and its multiplier.",
    field="overtime_code",
)
promises.register("projects_card_onsite_positive", "A surcharge is above zero.", field="onsite_amount")
promises.register(
    "projects_card_onsite_code",
    "Say under which labor code work on site is recorded, and its surcharge.",
    field="onsite_code",
)
promises.register("projects_base_is_a_letter", "Choose a letter from A to E.", field="letter")
promises.register("projects_costs_do_not_overlap", CostOverlaps, field="starts_on")
promises.register("projects_cost_not_negative", "A cost rate is zero or more.", field="cost_amount")
promises.register("projects_cost_has_start", "A rate ends on or after the day it starts.", field="ends_on")
promises.register(
    "projects_cost_task_has_project", "A cost rate for a task names its project too.", field="project"
)
promises.register("projects_rounding_for_one", "A rule is for a client or for a project, not both.")
promises.register(
    "projects_one_firm_rounding", "The firm's rule of rounding was just saved by somebody else."
)
promises.register(
    "projects_rounding_unit", "Rounding goes by 1, 5, 6, 10, 15 or 30 minutes.", field="unit_minutes"
)
promises.register(
    "projects_rounding_minimum", "The least that is billed is at most a day.", field="minimum_minutes"
)
promises.register("projects_rates_do_not_overlap", RateOverlaps, field="starts_on")
promises.register("projects_rate_not_negative", "A rate is zero or more.", field="rate_amount")
promises.register("projects_rate_has_start", "A rate ends on or after the day it starts.", field="ends_on")
promises.register(
    "projects_rate_person_or_role", "A rate is for a person or for a role, not both.", field="job_title"
)
promises.register(
    "projects_line_start_once", "Another contract line takes over on this day.", field="starts_on"
)
promises.register(
    "projects_line_closes_after_start",
    "A contract line ends on or after the day it starts.",
    field="starts_on",
)
promises.register("projects_line_fee_not_negative", "A fee is zero or more.", field="fee_amount")
promises.register("projects_line_has_fee", "Enter the fee.", field="fee_amount")
promises.register(
    "projects_line_percent_has_day", "Percent complete is zero or more, on a day.", field="percent"
)
promises.register("projects_line_has_cap", "Enter the cap, in money or in hours.", field="cap_amount")
promises.register(
    "projects_line_cap_of_a_day",
    "A cap of a day is more than zero, and at most 24 hours for each person.",
    field="daily_cap_minutes",
)
promises.register("projects_line_has_expense_cap", "Enter the cap of expenses.", field="expense_cap_amount")
promises.register(
    "projects_line_expenses_within_cap",
    "Expenses of this line are within the cap of its fees. Agree on another way for expenses, or keep the cap.",
    field="cap_scope",
)
promises.register("projects_line_position_once", "Somebody else added a contract line. Try again.")
promises.register("projects_task_terms_not_negative", "A fee or a cap is zero or more.", field="fee_amount")
promises.register("projects_task_terms_once", "Somebody else set the terms of this task. Load it again.")
promises.register(
    "projects_milestone_has_worth",
    "Give the milestone either an amount above zero or a percentage up to 100.",
    field="amount",
)
promises.register("projects_milestone_achieved_has_day", "Say when it was achieved.", field="achieved_on")
promises.register("projects_milestone_of_day_has_day", "Say on which day it is billed.", field="planned_on")
promises.register(
    "projects_active_client", "This client has open projects. Close them first, then deactivate the client."
)
promises.register(
    "projects_open_for_active_client", "This client is not active. Reactivate it first.", field="client"
)
promises.register("projects_task_no_circle", TaskInItself, field="parent")
promises.register(
    "projects_task_parent_same_project", "A task and its parts are of one project.", field="parent"
)
promises.register("projects_task_depth", "Tasks go nine levels deep at most.", field="parent")
promises.register("projects_task_due_after_start", "The task is due before it starts.", field="due_on")
promises.register(
    "projects_task_amounts_not_negative", "A budget is zero or more.", field="budget_fee_amount"
)
promises.register("projects_amounts_not_negative", "A budget is zero or more.", field="budget_fee_amount")
promises.register(
    "projects_project_budget_minutes_check", "A budget is zero or more.", field="budget_minutes"
)
promises.register("projects_task_budget_minutes_check", "A budget is zero or more.", field="budget_minutes")
promises.register("projects_label_once", LabelExists, field="name")
promises.register("projects_label_fits", "Choose a type, a status and a category, each from its own list.")
promises.register(
    "projects_label_keeps_kind", "A label stays in its list. Add it to the other one.", field="kind"
)
promises.register("projects_three_alerts", "Choose up to three shares above zero.", field="alert_percents")
promises.register("projects_change_order_has_reason", "Say why the budget changes.", field="reason")
promises.register("projects_change_order_line_changes", "Change hours, fees or expenses.", field="minutes")
promises.register("projects_change_order_line_once", "Each task stands once in a change order.", field="task")
promises.register("projects_budget_month_once", "Each month stands once for each measure.", field="months")
promises.register("projects_budget_month_not_negative", "A budget is zero or more.", field="months")
promises.register("projects_budget_month_first_day", "A month is named by its first day.", field="months")
promises.register("projects_progress_percent", "A task is between 0 and 100 % done.", field="percent")
promises.register("projects_assignee_once", "This person has the task already.", field="assignees")
promises.register("projects_projecttemplate_name_key", TemplateExists, field="name")
promises.register(
    "projects_line_has_periods", "A fee for each period needs the fee, the first period, how often and when."
)
promises.register(
    "projects_line_has_weekday", "Weeks begin on a day from 1 (Monday) to 7 (Sunday).", field="anchor_day"
)
promises.register(
    "projects_line_periods_end_after_start",
    "The last period ends before the first begins.",
    field="last_period_on",
)
promises.register(
    "projects_line_counts_periods", "A number of periods is from 1 to 1,200.", field="period_count"
)
promises.register(
    "projects_line_recurrence_not_negative",
    "A yearly increase, a price and what is carried over are not below zero.",
)
promises.register(
    "projects_line_has_allowance", "An allowance is hours with a price for more of them, or money."
)
promises.register(
    "projects_line_has_rollover", "Say how much is carried over at most.", field="rollover_minutes"
)
for name in ("anchor_day", "period_count", "allowance_minutes", "rollover_minutes", "rollover_periods"):
    promises.register(f"projects_contractline_{name}_check", "A number is zero or more.", field=name)
promises.register(
    "projects_split_start_once",
    "Somebody else arranged payers for this day. Load it again.",
    field="starts_on",
)
promises.register("projects_payer_once", "Each payer stands once in a scope.", field="payers")
promises.register("projects_payer_percent", "A share is above 0 and at most 100 %.", field="payers")
promises.register("projects_payers_add_up", "The shares of a scope add up to 100 %.", field="payers")
promises.register(
    "projects_payer_currency",
    "All payers of a project are billed in the project's currency.",
    field="currency",
)
promises.register(
    "projects_payer_own_line",
    "A payer names a contract line of the project and a contact of its own.",
    field="payers",
)
promises.register("projects_contact_once", "Somebody else changed who gets the invoices just now. Try again.")
