"""Projects: opening, codes, editing, closing."""

from datetime import date

import pytest

from clients.models import Client
from core.audit import history
from core.errors import NotAllowed, Refusal
from core.transitions import IllegalMove
from projects.opening import (
    ClientIsFixed,
    NameIsMissing,
    close_project,
    edit_project,
    open_project,
    reopen_project,
    suggest_code,
)
from projects.promises import CodeIsTaken
from tests.cast import Cast
from tests.two_connections import at_once


def test_opening_makes_line_team_and_code(cast: Cast) -> None:
    project = open_project(
        client=cast.client,
        name="Pump station",
        by=cast.manager,
        lead=cast.manager.staff_member,
        team=[cast.member.staff_member],
    )
    assert project.code == "LKS-002"
    assert [line.method for line in project.contract_lines.all()] == ["TIME_AND_MATERIALS"]
    assert {member.staff.name for member in project.team.all()} == {"Dana Ruiz", "Priya Raman"}
    assert history(project)[0].verb == "project.open"


@pytest.mark.parametrize(
    ("name", "code", "wanted"),
    [
        ("Northgate Transit Authority", "", "NTA-001"),
        ("Okafor", "", "OKA-001"),
        ("City of Larkspur Falls", "", "CLF-001"),
        ("水道局", "", "P-001"),
        ("Okafor", "OKF", "OKF-001"),
    ],
)
def test_the_first_code_comes_from_the_client(cast: Cast, name: str, code: str, wanted: str) -> None:
    assert suggest_code(Client.objects.create(name=name, code=code)) == wanted


def test_the_next_code_skips_those_that_are_taken(cast: Cast) -> None:
    other = Client.objects.create(name="Other")
    open_project(client=other, name="Takes it", by=None, code="LKS-002")
    assert suggest_code(cast.client) == "LKS-003"


def test_a_code_is_taken_once(cast: Cast) -> None:
    with pytest.raises(CodeIsTaken) as refused:
        open_project(client=cast.client, name="Twin", by=cast.manager, code="lks-001")
    assert refused.value.field == "code"


def test_bad_input(cast: Cast) -> None:
    with pytest.raises(NameIsMissing):
        open_project(client=cast.client, name=" ", by=cast.manager)
    with pytest.raises(Refusal, match="ends before it starts") as refused:
        edit_project(
            project=cast.project, by=cast.manager, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)
        )
    assert refused.value.field == "ends_on"


def test_a_project_with_tasks_keeps_its_client(cast: Cast) -> None:
    other = Client.objects.create(name="Other")
    with pytest.raises(ClientIsFixed):
        edit_project(project=cast.project, by=cast.manager, client=other)
    empty = open_project(client=cast.client, name="Empty", by=cast.manager)
    assert edit_project(project=empty, by=cast.manager, client=other, name="Moved").client == other


def test_closing_and_reopening(cast: Cast) -> None:
    assert close_project(project=cast.project, by=cast.manager).state == "CLOSED"
    with pytest.raises(IllegalMove, match="already closed"):
        close_project(project=cast.project, by=cast.manager)
    assert reopen_project(project=cast.project, by=cast.manager).state == "OPEN"


def test_the_lead_may_change_the_own_project_only(cast: Cast) -> None:
    edit_project(project=cast.project, by=cast.manager, lead=cast.member.staff_member)
    edit_project(project=cast.project, by=cast.member, notes="Mine")
    with pytest.raises(NotAllowed):
        open_project(client=cast.client, name="Another", by=cast.member)
    other = open_project(client=cast.client, name="Other", by=cast.manager)
    with pytest.raises(NotAllowed):
        edit_project(project=other, by=cast.member, notes="Not mine")


def test_two_projects_opened_at_once_get_two_codes(own_firm: object) -> None:
    client = Client.objects.create(name="Okafor")
    answers = at_once(
        own_firm,
        *[lambda name=name: open_project(client=client, name=name, by=None) for name in ("One", "Two")],
    )
    assert sorted(project.code for project in answers) == ["OKA-001", "OKA-002"]
