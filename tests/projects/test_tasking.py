"""Tasks, teams and labor codes."""

import pytest

from core.errors import NotAllowed
from projects.coding import add_labor_code, deactivate_labor_code, edit_labor_code, reactivate_labor_code
from projects.models import Task
from projects.opening import NameIsMissing
from projects.promises import LaborCodeExists, TaskExists
from projects.tasking import LaborCodeIsInactive, add_task, close_task, edit_task, reopen_task, shift_task
from projects.teaming import HasLeft, LeadStays, NobodyChosen, add_members, remove_member
from tests.cast import Cast


def test_a_task_joins_at_the_end(cast: Cast) -> None:
    task = add_task(
        project=cast.project,
        name=" Permits ",
        by=cast.manager,
        budget_minutes=600,
        labor_code=cast.engineering,
    )
    assert (task.name, task.position, task.contract_line.method) == ("Permits", 3, "TIME_AND_MATERIALS")
    with pytest.raises(TaskExists):
        add_task(project=cast.project, name="Permits", by=cast.manager)
    with pytest.raises(NameIsMissing):
        add_task(project=cast.project, name="", by=cast.manager)
    with pytest.raises(NotAllowed):
        add_task(project=cast.project, name="Mine", by=cast.member)


def test_editing_keeps_an_inactive_code_but_takes_no_other(cast: Cast) -> None:
    drafting = deactivate_labor_code(labor_code=add_labor_code(name="Drafting", by=None), by=None)
    deactivate_labor_code(labor_code=cast.engineering, by=cast.manager)

    def edit(code: object) -> Task:
        return edit_task(
            task=cast.design,
            by=cast.manager,
            name="Hydraulics",
            is_billable=False,
            labor_code=code,
            budget_minutes=60,
        )

    assert edit(cast.engineering).name == "Hydraulics"
    with pytest.raises(LaborCodeIsInactive, match="Drafting"):
        edit(drafting)
    assert edit(None).labor_code is None


def test_closing_and_order(cast: Cast) -> None:
    assert close_task(task=cast.design, by=cast.manager).state == "CLOSED"
    assert reopen_task(task=cast.design, by=cast.manager).state == "OPEN"
    third = add_task(project=cast.project, name="Permits", by=cast.manager)
    moved = shift_task(task=third, by=cast.manager, direction="up")
    assert [task.name for task in moved] == ["Hydraulic design", "Permits", "Structural review"]
    shift_task(task=moved[0], by=cast.manager, direction="up")
    assert [task.position for task in cast.project.tasks.all()] == [1, 2, 3]
    assert cast.project.tasks.first() == cast.design


def test_several_people_join_at_once(cast: Cast) -> None:
    people = [user.staff_member for user in (cast.member, cast.finance, cast.owner)]
    new = add_members(project=cast.project, staff=people, by=cast.manager)
    assert [member.name for member in new] == ["Kemi Ogundipe", "Olu Hartwell"]
    assert cast.project.team.count() == 4
    remove_member(project=cast.project, staff=cast.finance.staff_member, by=cast.manager)
    assert cast.project.team.count() == 3


def test_refused_teams(cast: Cast) -> None:
    with pytest.raises(NobodyChosen):
        add_members(project=cast.project, staff=[], by=cast.manager)
    with pytest.raises(LeadStays, match="Dana Ruiz leads"):
        remove_member(project=cast.project, staff=cast.manager.staff_member, by=cast.manager)
    gone = cast.finance.staff_member
    gone.is_active = False
    with pytest.raises(HasLeft, match="Kemi"):
        add_members(project=cast.project, staff=[gone], by=cast.manager)
    with pytest.raises(NotAllowed):
        add_members(project=cast.project, staff=[gone], by=cast.member)


def test_labor_codes(cast: Cast) -> None:
    code = add_labor_code(name="Drafting", by=cast.manager, code="DR", is_billable=False)
    with pytest.raises(LaborCodeExists):
        edit_labor_code(labor_code=code, name="Engineering", code="", is_billable=True, by=cast.manager)
    assert not deactivate_labor_code(labor_code=code, by=cast.manager).is_active
    assert reactivate_labor_code(labor_code=code, by=cast.manager).is_active
    with pytest.raises(NotAllowed):
        add_labor_code(name="Mine", by=cast.member)
