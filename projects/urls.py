"""Pages of projects and rates. The page of one project is in reports."""

from django.urls import path, re_path

from projects.views import classes, labor_codes, projects, rate_cards, rates, rounding, tasks, team

app_name = "projects"
urlpatterns = [
    path("", projects.projects, name="projects"),
    path("new/", projects.new, name="new"),
    path("new/code/", projects.next_code, name="next-code"),
    path("<int:project_id>/edit/", projects.edit, name="edit"),
    path("<int:project_id>/close/", projects.close, name="close"),
    path("<int:project_id>/reopen/", projects.reopen, name="reopen"),
    path("<int:project_id>/tasks/new/", tasks.new, name="task-new"),
    path("tasks/<int:task_id>/", tasks.edit, name="task-edit"),
    path("tasks/<int:task_id>/close/", tasks.close, name="task-close"),
    path("tasks/<int:task_id>/reopen/", tasks.reopen, name="task-reopen"),
    re_path(r"^tasks/(?P<task_id>\d+)/(?P<direction>up|down)/$", tasks.shift, name="task-shift"),
    path("<int:project_id>/base-rate/", rate_cards.base, name="base-rate"),
    path("<int:project_id>/team/", team.add, name="team-add"),
    path("<int:project_id>/team/<int:staff_id>/remove/", team.remove, name="team-remove"),
    path("<int:project_id>/team/<int:staff_id>/restore/", team.restore, name="team-restore"),
    path("labor-codes/", labor_codes.labor_codes, name="labor-codes"),
    path("labor-codes/new/", labor_codes.form, name="labor-code-new"),
    path("labor-codes/<int:code_id>/", labor_codes.form, name="labor-code-edit"),
    path("labor-codes/<int:code_id>/deactivate/", labor_codes.deactivate, name="labor-code-deactivate"),
    path("labor-codes/<int:code_id>/reactivate/", labor_codes.reactivate, name="labor-code-reactivate"),
    path("classes/", classes.classes, name="classes"),
    path("classes/new/", classes.form, name="class-new"),
    path("classes/<int:class_id>/", classes.form, name="class-edit"),
    path("classes/<int:class_id>/deactivate/", classes.deactivate, name="class-deactivate"),
    path("classes/<int:class_id>/reactivate/", classes.reactivate, name="class-reactivate"),
    path("rounding/", rounding.rounding, name="rounding"),
    path("rounding/exceptions/new/", rounding.exception, name="rounding-new"),
    path("rounding/exceptions/<int:rounding_id>/", rounding.exception, name="rounding-edit"),
    path("rounding/exceptions/<int:rounding_id>/remove/", rounding.remove, name="rounding-remove"),
    path("rate-cards/", rate_cards.rate_cards, name="rate-cards"),
    path("rate-cards/new/", rate_cards.new, name="rate-card-new"),
    path("rate-cards/<int:card_id>/", rate_cards.rate_card, name="rate-card"),
    path("rate-cards/<int:card_id>/edit/", rate_cards.edit, name="rate-card-edit"),
    path("rates/<int:rule_id>/remove/", rates.remove, name="rate-remove"),
]
