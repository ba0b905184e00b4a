"""Founds a demo firm and lets its story happen. Safe to repeat: what is there stays as it is."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction
from django_tenants.utils import tenant_context

from billing.models import Invoice
from clients.models import Client
from people.deactivating import deactivate
from people.models import User
from psa.demo.accounting import connect_books
from psa.demo.billing import bill
from psa.demo.calendar import Calendar
from psa.demo.calendars import set_calendars
from psa.demo.cast import Stage, gather_people, invite_somebody, set_up_company
from psa.demo.contracts import agree
from psa.demo.crediting import give_credit
from psa.demo.deciding import hand_in_and_decide
from psa.demo.engagements import open_projects, set_budgets, set_rates, win_clients
from psa.demo.expenses import file_expenses
from psa.demo.grid import fill_grids
from psa.demo.leave import take_leave
from psa.demo.online import connect_online_payment
from psa.demo.policies import set_policies
from psa.demo.reviewing import ask_and_review
from psa.demo.rules import set_rules
from psa.demo.story import PASSWORD, Story
from psa.demo.timers import run_timers
from psa.demo.working import work
from psa.founding import found_firm
from tenants.models import Firm


class NotADemoFirm(Exception):
    """Somebody else's firm has the address."""


@dataclass(frozen=True)
class Founded:
    """What there is now. `is_new` is false when it was there already; `problem` is a sentence, or empty."""

    is_new: bool
    lines: int = 0
    invoices: int = 0
    problem: str = ""


def found_demo(story: Story, *, at: datetime) -> Founded:
    """The story's firm as of `at`, with payment and books where the stand-ins answer. Raises NotADemoFirm."""
    firm = Firm.objects.filter(slug=story.slug).first() or _found(story, at)
    calendar = Calendar(at, story.time_zone)
    # Tenant outside, transaction inside: what runs on commit runs in this firm.
    with tenant_context(firm):
        if not User.objects.filter(email=story.email(story.owner)).exists():
            raise NotADemoFirm(f"The address {story.slug} belongs to {firm.name}, which is left alone.")
        is_new = not Client.objects.exists()
        lines = live(story, calendar) if is_new else 0
        problems = [connect_online_payment(story, calendar), connect_books(story, calendar)]
        return Founded(is_new, lines, Invoice.objects.count(), " ".join(filter(None, problems)))


def _found(story: Story, at: datetime) -> Firm:
    firm, _ = found_firm(
        name=story.name,
        slug=story.slug,
        owner_name=story.owner.name,
        owner_email=story.email(story.owner),
        password=PASSWORD,
        time_zone=story.time_zone,
        at=at,
    )
    return firm


def live(story: Story, calendar: Calendar) -> int:
    """Everything that happened in the current firm, in one transaction; returns the number of lines of work."""
    stage = Stage(story, calendar, Random(story.seed))
    with transaction.atomic():
        gather_people_at(stage)
        win_clients(stage)
        open_projects(stage)
        set_rates(stage)
        take_leave(stage)
        entries = work(stage)
        set_budgets(stage, entries)
        hand_in_and_decide(stage, entries)
        set_policies(stage)
        file_expenses(stage)
        bill(stage)
        agree(stage)
        give_credit(stage)
        ask_and_review(stage)
        run_timers(stage)
        fill_grids(stage)
        set_rules(stage)
        _say_goodbye(stage)
        invite_somebody(stage)
    return len(entries)


def gather_people_at(stage: Stage) -> None:
    """The company before the people who need its offices, holidays and hours."""
    stage.users[stage.story.owner.key] = User.objects.get(email=stage.story.email(stage.story.owner))
    set_up_company(stage)
    gather_people(stage)
    set_calendars(stage)


def _say_goodbye(stage: Stage) -> None:
    for person in stage.story.people:
        if person.left_weeks is not None:
            deactivate(staff=stage.staff[person.key], by=stage.owner, on=stage.calendar.today)
