"""The people of the stories: one firm's owner, manager, member, finance and client contact, and a stranger."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from clients.models import Client, Contact, PaymentTerms
from people.models import JobTitle, Role, StaffMember, User
from projects.models import ContractLine, LaborCode, Project, RateCard, RateRule, Task, TeamMember

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)  # a Wednesday


@dataclass
class Cast:
    """Hartwell & Moss, its client Larkspur, and one project with two tasks at known rates."""

    owner: User
    manager: User
    member: User
    finance: User
    client: Client
    contact: Contact
    project: Project
    design: Task
    review: Task
    engineering: LaborCode
    card: RateCard


def add_person(name: str, email: str, role: str, title: str = "", manager: StaffMember | None = None) -> User:
    """A signed-up person with one role and a staff member."""
    user = User.objects.create_user(email=email, name=name, password=PASSWORD)
    user.roles.add(Role.objects.get(name=role))
    job_title = JobTitle.objects.get_or_create(name=title)[0] if title else None
    StaffMember.objects.create(user=user, name=name, job_title=job_title, manager=manager, created_at=NOW)
    return user


def add_cast(owner: User) -> Cast:
    """Adds everybody else to a founded firm."""
    # Whose first day nobody wrote down is there since the year of the record.
    StaffMember.objects.filter(pk=owner.staff_member.pk).update(created_at=NOW)
    manager = add_person("Dana Ruiz", "dana@hm.example", "Manager", "Principal engineer", owner.staff_member)
    member = add_person("Priya Raman", "priya@hm.example", "Staff", "Senior engineer", manager.staff_member)
    finance = add_person("Kemi Ogundipe", "kemi@hm.example", "Finance", "Controller", owner.staff_member)
    client = Client.objects.create(
        name="City of Larkspur",
        legal_name="City of Larkspur Public Works",
        billing_address="400 Magnolia Avenue\nLarkspur, CA 94939",
        payment_terms=PaymentTerms.objects.get(is_default=True),
    )
    contact = Contact.objects.create(
        client=client, name="Alma Reyes", email="ap@larkspur.example", is_billing_to=True
    )
    project = Project.objects.create(
        client=client, name="Larkspur Water Main Renewal", code="LKS-001", lead=manager.staff_member
    )
    line = ContractLine.objects.create(project=project, name="Time and materials")
    engineering = LaborCode.objects.get_or_create(name="Engineering")[0]
    tasks = [
        Task.objects.create(
            project=project, contract_line=line, name=name, labor_code=engineering, position=position
        )
        for position, name in enumerate(["Hydraulic design", "Structural review"], start=1)
    ]
    for staff in (member.staff_member, manager.staff_member):
        TeamMember.objects.create(project=project, staff=staff)
    card = RateCard.objects.create(name="Standard 2026", scope=RateCard.Scope.FIRM, currency="USD")
    for title, rate in (("Senior engineer", 190), ("Principal engineer", 240)):
        RateRule.objects.create(
            card=card,
            job_title=JobTitle.objects.get(name=title),
            rate_amount=Decimal(rate),
            effective=DateRange(date(2026, 1, 1), None),
        )
    return Cast(owner, manager, member, finance, client, contact, project, *tasks, engineering, card)
