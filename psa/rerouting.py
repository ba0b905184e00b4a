"""Receivers of facts about people and projects that approvals act on: what waits follows to whoever decides now."""

from typing import Any

from approvals.rerouting import reroute_leaver, reroute_to_head, reroute_to_lead, reroute_to_manager
from billing.models import Invoice
from billing.reviews import KIND as INVOICE
from billing.reviews import drafts_with_others, lead_of
from people.models import Department, StaffMember
from projects.models import Project
from timesheets.expenses.subjects import KIND as EXPENSE
from timesheets.models import Expense, TimeEntry
from timesheets.subjects import KIND as TIME


def follow_manager(sender: object, *, staff: StaffMember, **facts: Any) -> None:
    """What a person submitted waits for the new manager."""
    reroute_to_manager(owner=staff)


def follow_lead(sender: object, *, project: Project, **facts: Any) -> None:
    """What was submitted on a project waits for its new lead: time, expenses, drafts in review."""
    subjects = {
        TIME: TimeEntry.objects.submitted().filter(project=project).values("pk"),
        EXPENSE: Expense.objects.submitted().filter(project=project).values("pk"),
        INVOICE: Invoice.objects.drafts().filter(project=project).values("pk"),
    }
    reroute_to_lead(subjects=subjects, lead=project.lead)
    # Of several projects whoever leads all of them is asked, or nobody by name.
    for draft in drafts_with_others(project):
        lead_id = lead_of(draft)
        lead = StaffMember.objects.get(pk=lead_id) if lead_id else None
        reroute_to_lead(subjects={INVOICE: [draft.pk]}, lead=lead)


def follow_head(sender: object, *, department: Department, **facts: Any) -> None:
    """What the people of a department submitted waits for its new head."""
    reroute_to_head(owners=StaffMember.objects.filter(department=department), head=department.head)


def follow_department(sender: object, *, staff: StaffMember, **facts: Any) -> None:
    """What a person submitted waits for the head of their new department."""
    reroute_to_head(owners=[staff], head=staff.department.head if staff.department else None)


def follow_leaver(sender: object, *, staff: StaffMember, **facts: Any) -> None:
    """What waited for somebody who leaves waits for their manager."""
    reroute_leaver(leaver=staff)
