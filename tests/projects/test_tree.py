"""Tasks in a tree: order, paths, and what the database refuses."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from people.models import StaffMember, User
from projects.models import Project, Task, TaskAssignee
from projects.promises import TaskExists, TaskInItself
from projects.tasking import ParentIsElsewhere, add_task, edit_task, record_progress, shift_task
from projects.teaming import HasTasks, remove_member, set_leading
from projects.tree import within
from tests.cast import TODAY, Cast, add_cast
from tests.two_connections import at_once


def names(project: Project) -> list[str]:
    return [task.path for task in project.tasks.all()]


def part(cast: Cast, name: str, parent: Task | None) -> Task:
    return add_task(project=cast.project, name=name, parent=parent, by=cast.manager)


def test_parts_stand_behind_their_task(cast: Cast) -> None:
    pumps = part(cast, "Pumps", cast.design)
    part(cast, "Curves", pumps)
    assert names(cast.project) == [
        "Hydraulic design",
        "Hydraulic design › Pumps",
        "Hydraulic design › Pumps › Curves",
        "Structural review",
    ]
    shift_task(task=cast.design, by=cast.manager, direction="down")
    assert names(cast.project)[0] == "Structural review"
    assert names(cast.project)[3] == "Hydraulic design › Pumps › Curves"


def test_a_new_name_reaches_everything_below(cast: Cast) -> None:
    curves = part(cast, "Curves", part(cast, "Pumps", cast.design))
    edit_task(task=cast.design, by=cast.manager, name="Hydraulics")
    curves.refresh_from_db()
    assert (curves.path, curves.depth) == ("Hydraulics › Pumps › Curves", 2)
    # A row that was read before the change and is saved later does not bring the old path back.
    stale = Task.objects.get(pk=curves.pk)
    edit_task(task=cast.design, by=cast.manager, name="Water")
    stale.save()
    assert Task.objects.get(pk=curves.pk).path == "Water › Pumps › Curves"


def test_the_same_name_twice_only_in_different_places(cast: Cast) -> None:
    part(cast, "Structural review", cast.design)
    with pytest.raises(TaskExists):
        part(cast, "Structural review", cast.design)
    with pytest.raises(TaskExists):
        part(cast, "Structural review", None)


def test_no_task_is_within_itself(cast: Cast) -> None:
    pumps = part(cast, "Pumps", cast.design)
    for parent in (pumps, cast.design):
        with pytest.raises(TaskInItself), transaction.atomic():
            edit_task(task=cast.design, by=cast.manager, parent=parent)
    assert within(cast.design, list(cast.project.tasks.all())) == {cast.design.pk, pumps.pk}
    # Not even past the operation.
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=cast.design.pk).update(parent=pumps)


def test_parts_are_of_the_same_project(cast: Cast) -> None:
    other = Project.objects.create(client=cast.client, name="Other", code="LKS-002")
    line = other.contract_lines.create(name="Time")
    foreign = Task.objects.create(project=other, contract_line=line, name="Foreign")
    with pytest.raises(ParentIsElsewhere):
        part(cast, "Pumps", foreign)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=cast.design.pk).update(parent=foreign)


def test_nine_levels_and_no_more(cast: Cast) -> None:
    task = cast.design
    for level in range(8):
        task = part(cast, f"Level {level}", task)
    with pytest.raises(Exception, match="nine levels"):
        part(cast, "Too deep", task)


def test_moving_takes_the_parts_along(cast: Cast) -> None:
    pumps = part(cast, "Pumps", cast.design)
    part(cast, "Curves", pumps)
    edit_task(task=pumps, by=cast.manager, parent=cast.review)
    assert names(cast.project) == [
        "Hydraulic design",
        "Structural review",
        "Structural review › Pumps",
        "Structural review › Pumps › Curves",
    ]
    edit_task(task=pumps, by=cast.manager, parent=None)
    assert names(cast.project)[-1] == "Pumps › Curves"


def test_who_is_assigned_is_on_the_team(cast: Cast) -> None:
    finance = cast.finance.staff_member
    edit_task(task=cast.design, by=cast.manager, assignees=[finance])
    assert cast.project.team.filter(staff=finance).exists()
    with pytest.raises(HasTasks, match="Kemi Ogundipe is to do Hydraulic design"):
        remove_member(project=cast.project, staff=finance, by=cast.manager)
    edit_task(task=cast.design, by=cast.manager, assignees=[])
    remove_member(project=cast.project, staff=finance, by=cast.manager)
    assert not TaskAssignee.objects.exists()


def test_a_second_lead_manages_and_is_made_by_a_lead(cast: Cast) -> None:
    member: StaffMember = cast.member.staff_member
    with pytest.raises(NotAllowed):
        add_task(project=cast.project, name="Permits", by=cast.member)
    set_leading(project=cast.project, staff=member, is_lead=True, by=cast.manager)
    add_task(project=cast.project, name="Permits", by=cast.member)
    set_leading(project=cast.project, staff=member, is_lead=False, by=cast.manager)
    with pytest.raises(NotAllowed):
        edit_task(task=cast.design, name="Mine", by=cast.member)


def test_progress_keeps_every_word(cast: Cast) -> None:
    for percent in (Decimal(40), Decimal("45.5")):
        record_progress(task=cast.design, percent=percent, by=cast.manager, on=TODAY, note="Survey in")
    assert [str(each.percent) for each in cast.design.progress.all()] == ["45.50", "40.00"]
    assert cast.design.progress.first().by_name == "Dana Ruiz"
    with pytest.raises(Exception, match="between 0 and 100"):
        record_progress(task=cast.design, percent=Decimal(101), by=cast.manager, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.design.progress.all().delete()


def test_two_moves_at_once_make_no_circle(own_firm: Any) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))

    def under(task: Task, parent: Task) -> Any:
        return lambda: edit_task(task=task, parent=parent, by=None)

    answers = at_once(own_firm, under(cast.design, cast.review), under(cast.review, cast.design))
    assert sorted(type(answer).__name__ for answer in answers) == ["Task", "TaskInItself"]
