"""Binds ports and receivers of lower rooms to what higher rooms and the outside offer. Loaded once by psa/apps.py."""

from allauth.account.signals import password_changed, password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in

from approvals import notifying as delegation_notices
from approvals import telling
from approvals.events import (
    delegated,
    delegation_ended,
    escalated,
    question_answered,
    question_asked,
    reminder_due,
)
from billing import batching, closing_checkouts, ports, receipts, reminding, rendering, stating_to_all
from billing import client_merges as billing_merges
from billing import marks as billing_marks
from billing import telling as review_notices
from billing.events import (
    invoice_issued,
    invoice_settled,
    invoice_voided,
    payment_failed,
    payment_processing,
    payment_received,
    retainer_drawn,
    review_approved,
    review_returned,
    review_waits,
)
from clients import ports as clients_ports
from core import hosts, jobs, outbox, tasks
from integrations import client_merges as integration_merges
from integrations import firms, inbox, marks
from integrations import tasks as integration_tasks
from integrations.events import account_connected
from integrations.quickbooks import delivering, following, posting, pulling
from integrations.quickbooks.tokens import PROVIDER as QUICKBOOKS
from integrations.stripe import events as stripe_events
from integrations.stripe.adapter import StripeGateway
from people import allauth_adapter, middleware, rights, warning
from people.events import (
    department_changed,
    entity_renamed,
    head_changed,
    manager_changed,
    sign_in_changed,
    staff_deactivated,
)
from projects.events import lead_changed
from projects.lists import open_projects_by_client
from psa import renaming, rerouting, vendors
from psa.rights import ALL_RIGHTS
from staffing import notifying as leave_notices
from staffing.events import leave_approved, leave_returned, leave_taken_back
from timesheets import approval_notices, notifying
from timesheets import ports as timesheets_ports
from timesheets.events import time_returned, time_taken_back
from timesheets.expenses import notifying as expense_notices
from timesheets.expenses.events import expenses_returned, expenses_taken_back


def _port() -> str:
    return f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""


def _root_origin() -> str:
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{_port()}"


def _firm_origin(schema: str) -> str:
    # The schema of firm `blue-oak` is firm_blue_oak; slugs have no underscores, so the way back is exact.
    slug = schema.removeprefix("firm_").replace("_", "-")
    return f"{settings.PUBLIC_SCHEME}://{slug}.{settings.BASE_DOMAIN}{_port()}"


hosts.bind(firm=_firm_origin, root=_root_origin)

# The PDF of an invoice is made after the commit, and again later when the disk is full.
outbox.bind(rendering.RENDER_KIND, deliver=rendering.deliver, read_back=rendering.read_back)
jobs.bind(batching.DRAFT_KIND, batching.run_drafting)
jobs.bind(stating_to_all.STATEMENTS_KIND, stating_to_all.run_statements_job)

# The week grid shows what is billed and what is posted.
timesheets_ports.bind(entry_marks=marks.entry_marks)
timesheets_ports.bind_expenses(marks=billing_marks.expense_marks)

# Whoever gets lines back is told by mail, unless it is undone before the mail leaves.
time_returned.connect(notifying.tell_owners, dispatch_uid="lines-returned")
time_taken_back.connect(notifying.call_off, dispatch_uid="lines-taken-back")
expenses_returned.connect(expense_notices.tell_owners, dispatch_uid="expenses-returned")
expenses_taken_back.connect(expense_notices.call_off, dispatch_uid="expenses-taken-back")
# Whoever is asked about something that waits is told, and whoever asked hears the answer.
question_asked.connect(telling.tell_asked, dispatch_uid="question-asked")
question_answered.connect(telling.tell_answered, dispatch_uid="question-answered")

# Whoever lets approvals wait is reminded, and the one above is told.
reminder_due.connect(approval_notices.tell_overdue, dispatch_uid="approvals-overdue")
escalated.connect(approval_notices.tell_escalated, dispatch_uid="approvals-escalated")

# Whoever is asked to review a draft is told, and its drafter what became of it.
review_waits.connect(review_notices.tell_reviewers, dispatch_uid="review-waits")
review_returned.connect(review_notices.tell_returned, dispatch_uid="review-returned")
review_approved.connect(review_notices.tell_approved, dispatch_uid="review-approved")

# Whose leave was decided on is told, unless that is undone before the mail leaves.
leave_approved.connect(leave_notices.tell_approved, dispatch_uid="leave-approved")
leave_returned.connect(leave_notices.tell_returned, dispatch_uid="leave-returned")
leave_taken_back.connect(leave_notices.call_off, dispatch_uid="leave-taken-back")

# Online payment: Stripe is the gateway, its messages come through the inbox of the firm that owns the account.
ports.bind_gateway(StripeGateway())
inbox.bind("stripe", stripe_events.handle)
tasks.carry(integration_tasks.handle_arrival)
firms.bind(vendors.enter_firm)
account_connected.connect(vendors.bind_account, dispatch_uid="bind-account")
payment_received.connect(receipts.send_receipt, dispatch_uid="receipt")
payment_failed.connect(receipts.send_failure, dispatch_uid="payment-failure")
outbox.bind(closing_checkouts.KIND, deliver=closing_checkouts.deliver, read_back=closing_checkouts.read_back)
for fact in (payment_received, payment_processing, invoice_settled, retainer_drawn, invoice_voided):
    fact.connect(closing_checkouts.close_unneeded, dispatch_uid="close-checkout")
    # Nobody is reminded of what was just paid, credited or voided.
    fact.connect(reminding.stop_on_payment, dispatch_uid="stop-reminders")

# QuickBooks: its messages come through the same inbox, a job pulls its lists, the outbox carries what is posted.
inbox.bind(QUICKBOOKS, following.handle)
jobs.bind(pulling.PULL_KIND, pulling.run_pull)
delivering.bind()
invoice_issued.connect(posting.post_after_issue, dispatch_uid="post-after-issue")

# The list of clients shows how many projects are open.
clients_ports.bind(open_projects=open_projects_by_client, merge_rules=[billing_merges, integration_merges])

# The pages of roles show the rights of all rooms.
rights.bind(ALL_RIGHTS)

# Whoever needs a second step at sign-in and has none is led to set one up.
user_logged_in.connect(middleware.note_missing_factor, dispatch_uid="second-factor-missing")

# Whose sign-in is changed hears of it.
sign_in_changed.connect(warning.tell_of_change, dispatch_uid="sign-in-changed")
for fact in (password_changed, password_reset):
    fact.connect(allauth_adapter.tell_of_password, dispatch_uid="password-changed")

# Who stands in, and for whom, is told to both.
delegated.connect(delegation_notices.tell_both, dispatch_uid="delegated")
delegation_ended.connect(delegation_notices.tell_of_end, dispatch_uid="delegation-ended")

# What waits for a manager, a lead or a head follows to the new one.
manager_changed.connect(rerouting.follow_manager, dispatch_uid="follow-manager")
lead_changed.connect(rerouting.follow_lead, dispatch_uid="follow-lead")
head_changed.connect(rerouting.follow_head, dispatch_uid="follow-head")
department_changed.connect(rerouting.follow_department, dispatch_uid="follow-department")
staff_deactivated.connect(rerouting.follow_leaver, dispatch_uid="follow-leaver")

# The firm's name in the shell is that of its company.
entity_renamed.connect(renaming.follow_entity, dispatch_uid="firm-name")
