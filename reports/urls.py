"""Pages that show what several rooms know. Those of one client and one project stand under their lists' addresses."""

from django.urls import path

from reports.views import (
    books,
    budget_parts,
    budgets,
    client,
    home,
    hours,
    inbox,
    policies,
    project,
    work_in_progress,
)

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("hide-checklist/", home.hide_checklist, name="hide-checklist"),
    path("inbox/", inbox.show, name="inbox"),
    path("hours/", hours.hours, name="hours"),
    path("hours/download/", hours.download, name="hours-download"),
    path("work-in-progress/", work_in_progress.progress, name="work-in-progress"),
    path("work-in-progress/download/", work_in_progress.download, name="work-in-progress-download"),
    path("receivables/", books.receivables, name="receivables"),
    path("trial-balance/", books.trial_balance, name="trial-balance"),
    path("journal/", books.journal, name="journal"),
    path("settings/approvals/", policies.policies, name="policies"),
    path("settings/approvals/<slug:slug>/", policies.policy, name="policy"),
    path("settings/approvals/<slug:slug>/steps/new/", policies.step, name="policy-step-new"),
    path("settings/approvals/<slug:slug>/steps/<int:pk>/", policies.step, name="policy-step"),
    path(
        "settings/approvals/<slug:slug>/steps/<int:pk>/remove/",
        policies.step_removal,
        name="policy-step-removal",
    ),
    path("clients/<int:client_id>/", client.client, name="client"),
    path("projects/budgets/", budgets.budgets, name="budgets"),
    path("projects/<int:project_id>/", project.project, name="project"),
    path("projects/<int:project_id>/budget/", budget_parts.budget_of_project, name="project-budget"),
]
