"""Copying projects: opening one with the plan of another, or of a template."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage, require_manage_rates
from projects.laying_out import (
    lay_budget_months,
    lay_milestones,
    lay_rates,
    lay_rounding,
    lay_tasks,
    lines_of,
)
from projects.models import Project, ProjectContact, ProjectTemplate, TeamMember
from projects.opening import open_project
from projects.plans import Plan, date_of
from projects.project_plan import plan_of_project
from projects.template_plan import plan_of_template


class CurrencyDiffers(Refusal):
    sentence = (
        "{what} in {currency}, and {client} is billed in {other}. Choose another client, or leave {it} out."
    )


class Copy(TypedDict, total=False):
    """What a copy is called, when it starts, and what comes along."""

    code: str
    lead: StaffMember | None
    starts_on: date | None
    with_team: bool
    with_contract: bool
    with_rates: bool


def clone_project(
    *, project: Project, client: Client, name: str, by: User | None, **wanted: Unpack[Copy]
) -> Project:
    """Opens a copy: settings, tasks in their tree with current budgets and days, assignees, team; the contract with
    its milestones (not asked for: time and materials); where wanted its own rates from the start on and its rule of
    rounding; for the same client who gets its invoices.

    Days are shifted by as many as the start is; without a start the copy's tasks have none. Time, expenses, progress,
    change orders, payers and what is billed stay with the original; closed tasks are left out with their parts, closed
    contract lines too. People who left are not taken along. Raises what `open_project` does, StartIsMissing and
    CurrencyDiffers; rates need the right to manage them.
    """
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting("project.clone", by=by, subject=project)
        plan = plan_of_project(project, from_on=wanted.get("starts_on"))
        made = _lay_out(plan, client, name, by, wanted)
        if client.pk == project.client_id:
            ProjectContact.objects.bulk_create(
                ProjectContact(project=made, contact_id=contact, role=role)
                for contact, role in project.contacts.filter(contact__is_active=True).values_list(
                    "contact", "role"
                )
            )
        return made


def open_from_template(
    *, template: ProjectTemplate, client: Client, name: str, by: User | None, **wanted: Unpack[Copy]
) -> Project:
    """Opens a project with what the template holds, its days counted from the start. See `clone_project`."""
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting("project.open_from_template", by=by, subject=template)
        return _lay_out(plan_of_template(template), client, name, by, wanted)


def _lay_out(plan: Plan, client: Client, name: str, by: User | None, wanted: Copy) -> Project:
    starts_on = wanted.get("starts_on")
    plan = _chosen(plan, client, by, wanted)
    working = set(StaffMember.objects.working().values_list("pk", flat=True))
    team = {pk: leads for pk, leads in plan.team.items() if wanted.get("with_team", True) and pk in working}
    project = open_project(
        client=client,
        name=name,
        by=by,
        code=wanted.get("code", ""),
        lines=lines_of(plan, starts_on),
        lead=wanted.get("lead"),
        starts_on=starts_on,
        ends_on=date_of(starts_on, plan.length_days),
        **plan.values,
        **plan.labels,
    )
    members = [TeamMember(project=project, staff_id=pk, is_lead=leads) for pk, leads in team.items()]
    TeamMember.objects.bulk_create(members, ignore_conflicts=True)
    lines = list(project.contract_lines.order_by("position"))
    if plan.lines:
        lay_milestones(plan, lines, starts_on)
    tasks = lay_tasks(project, plan, lines, starts_on, set(team))
    lay_rates(project, plan, tasks)
    lay_rounding(project, plan)
    lay_budget_months(project, plan, starts_on)
    return project


def _chosen(plan: Plan, client: Client, by: User | None, wanted: Copy) -> Plan:
    """The plan without what is not wanted; what is wanted fits the client's currency."""
    if not wanted.get("with_contract", True):
        plan = replace(plan, lines=[])
    if not wanted.get("with_rates", False):
        plan = replace(plan, card=None, base=None, rounding=None)
    elif plan.has_rates or plan.rounding is not None:
        require_manage_rates(by)
    if plan.currency not in ("", client.currency):
        facts = {"currency": plan.currency, "client": client.name, "other": client.currency}
        if plan.lines and plan.has_amounts:
            raise CurrencyDiffers(what="The contract is", it="the contract", field="client", **facts)
        if plan.has_rates:
            raise CurrencyDiffers(what="The rates are", it="the rates", field="client", **facts)
    return plan
