"""Whom the firm works for and on what: labor codes, clients, contacts, projects, tasks, rate cards."""

from datetime import date
from decimal import Decimal

from clients.adding import add_client
from clients.contacting import add_contact
from clients.models import PaymentTerms, TaxCode
from clients.taxing import ComponentWish, TaxWish, add_tax
from people.models import JobTitle
from projects.carding import add_card, add_rate, change_rate_from
from projects.coding import add_labor_code
from projects.costing import add_cost_rate
from projects.models import RateCard
from projects.opening import close_project, open_project
from projects.tasking import add_task, edit_task
from psa.demo import story as told
from psa.demo.calendar import ONE_DAY
from psa.demo.cast import Stage
from timesheets.models import TimeEntry

STEP_MINUTES = 5 * 60
HALF = Decimal("0.5")
# What an hour of anybody costs until finance says more.
DEFAULT_COST = Decimal(78)


def win_clients(stage: Stage) -> None:
    """Clients with the people who get their invoices."""
    for name, percent in stage.story.taxes.items():
        add_tax(wanted=TaxWish(name, [ComponentWish("", percent)]), by=stage.owner)
    for client in stage.story.clients:
        stage.clients[client.name] = add_client(
            name=client.name,
            by=stage.owner,
            legal_name=client.legal_name,
            code=client.code,
            billing_address=client.address,
            country=client.country,
            currency=client.currency,
            language=client.language,
            payment_terms=PaymentTerms.objects.get(name=client.terms),
            tax_code=TaxCode.objects.filter(name=client.tax).first(),
        )
        for contact in client.contacts:
            add_contact(
                client=stage.clients[client.name],
                by=stage.owner,
                name=contact.name,
                title=contact.title,
                email=contact.email,
                is_billing_to=contact.gets == "to",
                is_billing_cc=contact.gets == "cc",
            )


def open_projects(stage: Stage) -> None:
    """Projects with their tasks and the people who work on them."""
    for name, code, is_billable in stage.story.labor_codes:
        stage.codes[name] = add_labor_code(name=name, code=code, is_billable=is_billable, by=stage.owner)
    for project in stage.story.projects:
        keys = {key for task in project.tasks for key in task.crew}
        stage.projects[project.name] = open_project(
            client=stage.clients[project.client],
            name=project.name,
            code=project.code,
            by=stage.owner,
            team=[stage.staff[key] for key in sorted(keys)],
            lead=stage.staff[project.lead],
            starts_on=stage.calendar.months_away(project.runs[0]) if project.runs else None,
            ends_on=stage.calendar.months_away(project.runs[1]) - ONE_DAY if project.runs else None,
            is_billable=not project.is_internal,
            is_open_to_all=project.is_internal,
            po_number=project.po_number,
        )
        for task in project.tasks:
            stage.tasks[project.name, task.name] = add_task(
                project=stage.projects[project.name],
                name=task.name,
                by=stage.owner,
                is_billable=not project.is_internal,
                labor_code=stage.codes[task.labor_code],
            )
        if project.is_closed:
            close_project(project=stage.projects[project.name], by=stage.owner)


def set_rates(stage: Stage) -> None:
    """Rate cards: since 1 January, and changed since. People who have no rate here are unrated."""
    for card in stage.story.cards:
        client = stage.clients[card.client] if card.client else None
        project = stage.projects[card.project] if card.project else None
        made = add_card(
            name=card.name, by=stage.finance, client=client, project=project, currency=card.currency
        )
        for rate in card.rates:
            _set_rate(stage, made, rate)
    since = date(stage.calendar.first_day.year - 1, 1, 1)
    add_cost_rate(cost_amount=DEFAULT_COST, starts_on=since, by=stage.finance)


def _set_rate(stage: Stage, card: RateCard, rate: told.Rate) -> None:
    """The firm's own rates changed last month; what was agreed with a client changes with the year."""
    year = stage.calendar.first_day.year
    is_firms = card.scope == RateCard.Scope.FIRM
    changed_on = stage.calendar.rates_change_on if is_firms else date(year, 1, 1)
    rule = add_rate(
        card=card,
        rate_amount=rate.new if rate.old is None else rate.old,
        starts_on=date(year if is_firms else year - 1, 1, 1),
        by=stage.finance,
        job_title=JobTitle.objects.get(name=rate.title) if rate.title else None,
        task=stage.task(rate.task) if rate.task else None,
        labor_code=stage.codes[rate.labor_code] if rate.labor_code else None,
    )
    if rate.old is not None:
        change_rate_from(rule=rule, rate_amount=rate.new, starts_on=changed_on, by=stage.finance)


def set_budgets(stage: Stage, entries: list[TimeEntry]) -> None:
    """Budgets in steps of five hours, as full as the story says of the work there is by now."""
    worked: dict[int, int] = {}
    for entry in entries:
        worked[entry.task_id] = worked.get(entry.task_id, 0) + entry.worked_minutes
    for project, task in stage.told_tasks():
        made = stage.tasks[project.name, task.name]
        if task.used is not None and made.pk in worked:
            edit_task(
                task=made,
                by=stage.owner,
                name=made.name,
                is_billable=made.is_billable,
                labor_code=made.labor_code,
                budget_minutes=max(1, int(worked[made.pk] / task.used / STEP_MINUTES + HALF)) * STEP_MINUTES,
            )
