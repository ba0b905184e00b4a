"""Who may log to which task, what the row picker finds, and the reasons for what it cannot offer."""

from datetime import date

import pytest

from clients.models import Client
from people.models import StaffMember
from projects.loggable import NotOnTheTeam, ProjectIsClosed, TaskIsClosed, can_log, tasks_for, why_not
from projects.models import ContractLine, Project, Task, TeamMember
from tests.cast import TODAY, Cast


def add_project(client: Client, name: str, code: str, *tasks: str, **fields: object) -> list[Task]:
    project = Project.objects.create(client=client, name=name, code=code, **fields)
    line = ContractLine.objects.create(project=project, name="Time and materials")
    return [
        Task.objects.create(project=project, contract_line=line, name=task, position=position)
        for position, task in enumerate(tasks, start=1)
    ]


@pytest.fixture
def priya(cast: Cast) -> StaffMember:
    return cast.member.staff_member


def names(found: list) -> list[str]:
    return [choice.task for choice in found]


def test_without_a_query_it_offers_what_one_may_log_to(
    cast: Cast, priya: StaffMember, django_assert_num_queries
) -> None:
    add_project(cast.client, "Pump station", "LKS-002", "Pumps")
    [training] = add_project(cast.client, "Firm internal", "INT-001", "Training", is_open_to_all=True)
    with django_assert_num_queries(1):
        found = tasks_for(priya, TODAY)
    assert names(found) == ["Training", "Hydraulic design", "Structural review"]
    assert (found[0].client, found[0].project_code, found[0].why) == ("City of Larkspur", "INT-001", "")
    assert found[1].labor_code == "Engineering"
    Task.objects.filter(pk=training.pk).update(state=Task.State.CLOSED)
    assert names(tasks_for(priya, TODAY)) == ["Hydraulic design", "Structural review"]


def test_recent_ones_come_first_in_their_order(cast: Cast, priya: StaffMember) -> None:
    [training] = add_project(cast.client, "Firm internal", "INT-001", "Training", is_open_to_all=True)
    found = tasks_for(priya, TODAY, recents=[cast.review.pk, training.pk])
    assert names(found) == ["Structural review", "Training", "Hydraulic design"]
    assert [choice.is_recent for choice in found] == [True, True, False]
    assert len(tasks_for(priya, TODAY, limit=2)) == 2


def test_projects_under_way_on_that_day_come_first(cast: Cast, priya: StaffMember) -> None:
    [later] = add_project(
        cast.client, "A later one", "LKS-009", "Start-up", starts_on=date(2027, 1, 1), is_open_to_all=True
    )
    assert names(tasks_for(priya, TODAY))[-1] == later.name
    assert names(tasks_for(priya, date(2027, 1, 2)))[0] == later.name


@pytest.mark.parametrize("query", ["larkspur hydr", "LKS-001 design", "HYDRAULIC", "water  design"])
def test_every_word_must_occur_somewhere(cast: Cast, priya: StaffMember, query: str) -> None:
    assert names(tasks_for(priya, TODAY, query)) == ["Hydraulic design"]
    assert tasks_for(priya, TODAY, query + " zzz") == []


def test_near_misses_come_last_with_their_reason(cast: Cast, priya: StaffMember) -> None:
    Task.objects.filter(pk=cast.design.pk).update(state=Task.State.CLOSED)
    found = tasks_for(priya, TODAY, "larkspur")
    assert [(choice.task, choice.why) for choice in found] == [
        ("Structural review", ""),
        ("Hydraulic design", "Task closed"),
    ]
    Project.objects.filter(pk=cast.project.pk).update(state=Project.State.CLOSED)
    assert {choice.why for choice in tasks_for(priya, TODAY, "larkspur")} == {"Project closed"}
    assert tasks_for(priya, TODAY) == []


def test_other_teams_are_named_only_to_those_who_may_see_them(cast: Cast, priya: StaffMember) -> None:
    add_project(cast.client, "Pump station", "LKS-002", "Pumps")
    assert tasks_for(priya, TODAY, "pumps") == []
    dana = cast.manager.staff_member
    assert [choice.why for choice in tasks_for(dana, TODAY, "pumps")] == ["Not on the team"]
    assert [choice.why for choice in tasks_for(priya, TODAY, "pumps", by=cast.manager)] == ["Not on the team"]


def test_the_lead_may_log_without_being_on_the_team(cast: Cast) -> None:
    TeamMember.objects.all().delete()
    dana, priya = cast.manager.staff_member, cast.member.staff_member
    can_log(dana, cast.design, TODAY)
    with pytest.raises(NotOnTheTeam, match="Priya Raman is not on the team of Larkspur Water Main Renewal"):
        can_log(priya, cast.design, TODAY)


def test_closed_things_are_refused_as_they_are_stored_now(cast: Cast, priya: StaffMember) -> None:
    can_log(priya, cast.design, TODAY)
    Task.objects.filter(pk=cast.design.pk).update(state=Task.State.CLOSED)
    with pytest.raises(TaskIsClosed):
        can_log(priya, cast.design, TODAY)
    Project.objects.filter(pk=cast.project.pk).update(state=Project.State.CLOSED)
    with pytest.raises(ProjectIsClosed) as refused:
        can_log(priya, cast.design, TODAY)
    assert refused.value.field == "task"


def test_reasons_for_many_tasks_are_one_statement(
    cast: Cast, priya: StaffMember, django_assert_num_queries
) -> None:
    [other] = add_project(cast.client, "Pump station", "LKS-002", "Pumps")
    with django_assert_num_queries(1):
        reasons = why_not(priya, [cast.design.pk, cast.review.pk, other.pk, 10**9])
    assert reasons[cast.design.pk] is None
    assert isinstance(reasons[other.pk], NotOnTheTeam)
    assert len(reasons) == 3
