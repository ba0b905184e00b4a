"""Pages of contracts: lines and milestones of projects."""

from django.urls import path

from billing.views import contract, contract_expenses, milestones, payers

urlpatterns = [
    path("contracts/<int:project_id>/", contract.contract, name="contract"),
    path("contracts/<int:project_id>/lines/new/", contract.line_new, name="contract-line-new"),
    path("contract-lines/<int:line_id>/", contract.line_edit, name="contract-line"),
    path("contract-lines/<int:line_id>/switch/", contract.line_switch, name="contract-line-switch"),
    path("contract-lines/<int:line_id>/raise/", contract.line_raise, name="contract-line-raise"),
    path("contract-lines/<int:line_id>/tasks/", contract.line_tasks, name="contract-line-tasks"),
    path("contract-lines/<int:line_id>/progress/", contract.line_progress, name="contract-line-progress"),
    path(
        "contract-lines/<int:line_id>/expenses/",
        contract_expenses.line_expenses,
        name="contract-line-expenses",
    ),
    path("contract-lines/<int:line_id>/tasks/<int:task_id>/", contract.task_terms, name="task-terms"),
    path(
        "contract-lines/<int:line_id>/tasks/<int:task_id>/release/",
        contract.task_release,
        name="task-release",
    ),
    path("contract-lines/<int:line_id>/milestones/new/", milestones.new, name="milestone-new"),
    path("contracts/<int:project_id>/payers/new/", payers.new, name="payers-new"),
    path("payers/<int:split_id>/", payers.edit, name="payers"),
    path("payers/<int:split_id>/remove/", payers.remove, name="payers-remove"),
    path("milestones/<int:milestone_id>/", milestones.edit, name="milestone"),
    path("milestones/<int:milestone_id>/achieve/", milestones.achieve, name="milestone-achieve"),
    path("milestones/<int:milestone_id>/take-back/", milestones.take_back, name="milestone-take-back"),
    path("milestones/<int:milestone_id>/remove/", milestones.remove, name="milestone-remove"),
    path("milestones/<int:milestone_id>/restore/", milestones.restore, name="milestone-restore"),
    path("milestones/<int:milestone_id>/file/", milestones.paper, name="milestone-file"),
]
