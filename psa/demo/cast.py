"""The people of a demo firm and what they are called: company, offices, roles, working hours, holidays."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random

from django.contrib.auth.hashers import make_password

from billing.models import BillingRules
from clients.models import Client
from people.arranging import change_roles
from people.employing import add_staff, edit_staff
from people.inviting import invite_person
from people.models import Department, LegalEntity, Office, Role, StaffMember, User, WorkingPattern
from people.organising import add_named, edit_entity
from people.timing import add_holiday, add_pattern
from projects.models import LaborCode, Project, Task
from psa.demo import story as told
from psa.demo.calendar import Calendar
from psa.demo.holidays import federal_holidays
from psa.demo.story import PASSWORD, Person, Story


@dataclass
class Stage:
    """A firm in the making: its story, its days, its dice, and what there is already, by the story's keys and names."""

    story: Story
    calendar: Calendar
    dice: Random
    users: dict[str, User] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    codes: dict[str, LaborCode] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    # By the names of project and task.
    tasks: dict[tuple[str, str], Task] = field(default_factory=dict)

    @property
    def owner(self) -> User:
        return self.users[self.story.owner.key]

    @property
    def finance(self) -> User:
        return self.users[self.story.finance]

    def decider_of(self, person: Person) -> User:
        """The manager; finance for the owner, who has none."""
        return self.users[person.manager] if person.manager else self.finance

    def task(self, name: str) -> Task:
        """The first task of this name that the story tells of."""
        return next(task for (_, called), task in self.tasks.items() if called == name)

    def told_tasks(self) -> list[tuple[told.Project, told.Task]]:
        return [(project, task) for project in self.story.projects for task in project.tasks]


def set_up_company(stage: Stage) -> None:
    """What invoices show, where people work, when nobody does."""
    company, story = stage.story.company, stage.story
    edit_entity(
        entity=LegalEntity.objects.get(is_default=True),
        by=stage.owner,
        tagline=company.tagline,
        address=company.address,
        phone=company.phone,
        email=f"billing@{story.domain}",
        remittance=company.remittance,
        time_zone=story.time_zone,
        mark=company.mark,
        mark_color=company.mark_color,
    )
    BillingRules.objects.filter(pk=1).update(number_prefix=company.number_prefix)
    for name in story.departments:
        add_named(kind=Department, name=name, by=stage.owner)
    for name in story.offices:
        add_named(kind=Office, name=name, by=stage.owner)
    for name, minutes in story.patterns.items():
        add_pattern(name=name, minutes=minutes, by=stage.owner)
    years = range(stage.calendar.first_day.year, stage.calendar.today.year + 2)
    for name, on in (holiday for year in years for holiday in federal_holidays(year)):
        add_holiday(name=name, on=on, by=stage.owner)


def gather_people(stage: Stage) -> None:
    """Everybody, in the order of the story: managers before those who report to them."""
    owner = User.objects.get(email=stage.story.email(stage.story.owner))
    stage.users[stage.story.owner.key] = owner
    stage.staff[stage.story.owner.key] = StaffMember.objects.get(user=owner)
    # One hash for all: they share the password, and hashing is slow on purpose.
    password = make_password(PASSWORD)
    numbers = count(101)
    for person in stage.story.people:
        if person is not stage.story.owner:
            _join(stage, person, password)
        _describe(stage, person, f"{stage.story.company.mark}-{next(numbers)}")
    stage.staff = {key: StaffMember.objects.get(pk=member.pk) for key, member in stage.staff.items()}
    stage.users = {key: User.objects.get(pk=user.pk) for key, user in stage.users.items()}


def invite_somebody(stage: Stage) -> None:
    """An invitation whose mail lies in the mailbox, to be accepted."""
    person = stage.story.invited
    if person is not None:
        invite_person(
            email=stage.story.email(person),
            name=person.name,
            roles=_roles(person),
            job_title=person.title,
            manager=stage.staff[person.manager],
            by=stage.owner,
            at=stage.calendar.at,
        )


def _roles(person: Person) -> list[Role]:
    return list(Role.objects.filter(name__in=person.roles))


def _join(stage: Stage, person: Person, password: str) -> None:
    user = User.objects.create(
        email=stage.story.email(person),
        name=person.name,
        password=password,
        time_zone=stage.story.time_zone,
    )
    change_roles(user=user, roles=_roles(person), by=stage.owner)
    stage.users[person.key] = user
    stage.staff[person.key] = add_staff(name=person.name, user=user, by=stage.owner)


def _describe(stage: Stage, person: Person, number: str) -> None:
    first = stage.calendar.first_day
    long_ago = first.replace(
        year=first.year - stage.dice.randint(1, 8), month=stage.dice.randint(1, 12), day=1
    )
    this_monday = stage.calendar.this_week.first
    edit_staff(
        staff=stage.staff[person.key],
        by=stage.owner,
        name=person.name,
        job_title=person.title,
        manager=stage.staff[person.manager] if person.manager else None,
        department=Department.objects.filter(name=person.department).first(),
        office=Office.objects.first(),
        working_pattern=WorkingPattern.objects.filter(name=person.hours).first() if person.hours else None,
        employee_number=number,
        starts_on=long_ago
        if person.joined_weeks is None
        else this_monday - timedelta(weeks=person.joined_weeks),
        ends_on=None
        if person.left_weeks is None
        else this_monday - timedelta(weeks=person.left_weeks, days=3),
    )
