from django.urls import path

from staffing.views import deciding, leave, requests, team, types

app_name = "staffing"
urlpatterns = [
    path("", leave.leave, name="leave"),
    path("balances/<int:type_id>/", leave.balance, name="balance"),
    path("new/", requests.new, name="leave-new"),
    path("preview/", requests.preview, name="leave-preview"),
    path("<int:pk>/change/", requests.change, name="leave-change"),
    path("<int:pk>/withdraw/", requests.withdraw, name="leave-withdraw"),
    path("<int:pk>/cancel/", requests.cancel, name="leave-cancel"),
    path("<int:pk>/question/", deciding.question, name="leave-question"),
    path("requests/", deciding.leave_requests, name="leave-requests"),
    path("requests/decided/", deciding.decided, name="leave-decided"),
    path("requests/<int:pk>/approve/", deciding.approve, name="leave-approve"),
    path("requests/<int:pk>/return/", deciding.give_back, name="leave-return"),
    path("requests/<int:pk>/ask/", deciding.ask, name="leave-ask"),
    path("requests/<int:pk>/take-back/", deciding.take_back, name="leave-take-back"),
    path("team/", team.absences, name="absences"),
    path("balances/", team.balances, name="balances"),
    path("balances/of/<int:staff_id>/adjust/", team.adjust, name="adjust"),
    path("types/", types.leave_types, name="leave-types"),
    path("types/new/", types.leave_type, name="leave-type-new"),
    path("types/<int:pk>/", types.leave_type, name="leave-type"),
]
