"""Copies and templates: tasks with their tree, budgets and days shifted, and the team."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import NotAllowed
from projects.changing import Delta, record_change_order
from projects.models import Project, ProjectTemplate, Task, TemplateTask
from projects.opening import NameIsMissing, edit_project
from projects.planning import clone_project, open_from_template
from projects.promises import CodeIsTaken, TemplateExists
from projects.tasking import add_task, close_task, edit_task, record_progress
from projects.teaming import set_leading
from projects.templating import deactivate_template, refill_template, rename_template, save_as_template
from tests.billing.work import log
from tests.cast import TODAY, Cast

JUNE = date(2027, 6, 1)


@pytest.fixture
def original(cast: Cast) -> Project:
    """1 Mar to 30 Apr 2026, a task with a part, budgets, a change order, progress and time."""
    edit_project(
        project=cast.project,
        by=cast.manager,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 4, 30),
        budget_fee_amount=Decimal(50_000),
        requires_notes=True,
    )
    edit_task(
        task=cast.design,
        by=cast.manager,
        budget_minutes=600,
        starts_on=date(2026, 2, 27),
        due_on=date(2026, 3, 31),
        budget_stop="BLOCK",
        assignees=[cast.member.staff_member],
    )
    pumps = add_task(project=cast.project, name="Pumps", parent=cast.design, by=cast.manager)
    add_task(project=cast.project, name="Curves", parent=pumps, by=cast.manager, due_on=date(2026, 4, 30))
    record_change_order(
        project=cast.project,
        agreed_on=TODAY,
        reason="More",
        changes=[Delta(cast.design, minutes=60)],
        by=cast.manager,
    )
    record_progress(task=cast.design, percent=Decimal(40), by=cast.manager, on=TODAY)
    log(cast.member, cast.design, 60)
    set_leading(project=cast.project, staff=cast.member.staff_member, is_lead=True, by=cast.manager)
    cast.project.refresh_from_db()
    return cast.project


def paths(project: Project) -> list[str]:
    return [task.path for task in project.tasks.all()]


def check(copy: Project, cast: Cast) -> None:
    """What a copy from 1 June 2027 has."""
    assert paths(copy) == [
        "Hydraulic design",
        "Hydraulic design › Pumps",
        "Hydraulic design › Pumps › Curves",
        "Structural review",
    ]
    assert (copy.starts_on, copy.ends_on) == (JUNE, date(2027, 7, 31))
    assert (copy.budget_fee_amount, copy.requires_notes, copy.lead) == (50_000, True, None)
    design = copy.tasks.first()
    # The task began two days before the project, and has the budget after the change order.
    assert (design.starts_on, design.due_on) == (date(2027, 5, 30), date(2027, 7, 1))
    assert (design.budget_minutes, design.budget_stop) == (660, "BLOCK")
    assert copy.tasks.get(name="Curves").due_on == date(2027, 7, 31)
    assert copy.team.filter(is_lead=True).get().staff == cast.member.staff_member
    assert not copy.change_orders.exists()
    assert not copy.time_entries.exists()
    assert not design.progress.exists()


def test_a_copy_with_days_shifted(cast: Cast, original: Project) -> None:
    copy = clone_project(
        project=original, client=cast.client, name="Next phase", by=cast.manager, starts_on=JUNE
    )
    check(copy, cast)
    assert copy.code == "LKS-002"
    assert [each.staff for each in copy.tasks.first().assigned.all()] == [cast.member.staff_member]


def test_a_template_gives_the_same(cast: Cast, original: Project) -> None:
    template = save_as_template(project=original, name=" Water  main ", by=cast.manager)
    assert (template.name, template.length_days, template.tasks.count()) == ("Water main", 60, 4)
    assert TemplateTask.objects.get(name="Curves").parent.name == "Pumps"
    # What happens to the project afterwards does not reach the template.
    edit_task(task=cast.design, by=cast.manager, name="Hydraulics", budget_minutes=1)
    made = open_from_template(
        template=template, client=cast.client, name="From template", by=cast.manager, starts_on=JUNE
    )
    check(made, cast)


def test_without_start_and_team(cast: Cast, original: Project) -> None:
    copy = clone_project(project=original, client=cast.client, name="Bare", by=cast.manager, with_team=False)
    assert (copy.starts_on, copy.ends_on, copy.team.count()) == (None, None, 0)
    assert not Task.objects.filter(project=copy, due_on__isnull=False).exists()
    assert not Task.objects.filter(project=copy, assigned__isnull=False).exists()


def test_closed_tasks_and_people_who_left_stay_behind(cast: Cast, original: Project) -> None:
    close_task(task=original.tasks.get(name="Pumps"), by=cast.manager)
    cast.member.staff_member.is_active = False
    cast.member.staff_member.save()
    copy = clone_project(project=original, client=cast.client, name="Rest", by=cast.manager)
    assert paths(copy) == ["Hydraulic design", "Structural review"]
    assert [each.staff.name for each in copy.team.all()] == ["Dana Ruiz"]


def test_a_template_is_filled_anew_renamed_and_put_aside(cast: Cast, original: Project) -> None:
    template = save_as_template(project=original, name="Water main", by=cast.manager)
    with pytest.raises(TemplateExists):
        save_as_template(project=original, name="Water main", by=cast.manager)
    with pytest.raises(NameIsMissing):
        save_as_template(project=original, name=" ", by=cast.manager)
    close_task(task=cast.design, by=cast.manager)
    assert refill_template(template=template, project=original, by=cast.manager).tasks.count() == 1
    assert rename_template(template=template, name="Mains", by=cast.manager).name == "Mains"
    assert not deactivate_template(template=template, by=cast.manager).is_active
    assert ProjectTemplate.objects.count() == 1


def test_refused(cast: Cast, original: Project) -> None:
    with pytest.raises(CodeIsTaken):
        clone_project(project=original, client=cast.client, name="Twin", code="LKS-001", by=cast.manager)
    with pytest.raises(NotAllowed):
        clone_project(project=original, client=cast.client, name="Mine", by=cast.member)
    with pytest.raises(NotAllowed):
        save_as_template(project=original, name="Mine", by=cast.member)
