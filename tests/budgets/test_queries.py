"""How many statements each main page costs, with few rows and with many: the same, and as reviewed in queries.json."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from projects.models import ContractLine, Project, Task, TeamMember
from tests.cast import TODAY, add_person
from tests.staffing.leave import ask
from tests.timesheets.work import add_time

BUDGETS = json.loads((Path(__file__).parent / "queries.json").read_text())


def more_rows(cast):
    """Twenty more projects, people and weeks of approved time."""
    for n in range(20):
        client = Client.objects.create(name=f"Client {n:02}")
        project = Project.objects.create(client=client, name=f"Project {n:02}", code=f"P-{n:02}")
        line = ContractLine.objects.create(project=project, name="Time and materials")
        task = Task.objects.create(project=project, contract_line=line, name="Work")
        person = add_person(f"Person {n:02}", f"p{n}@hm.example", "Staff", "Senior engineer")
        TeamMember.objects.create(project=project, staff=person.staff_member)
        ask(person, TODAY)
        for user in (person, cast.owner):
            add_time(
                cast,
                user,
                minutes=20,
                on=TODAY - timedelta(days=n % 5),
                project=project,
                task=task,
                state="APPROVED",
            )


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("path", sorted(BUDGETS))
def test_a_page_costs_what_was_agreed_however_many_rows(owner, cast, web, path):
    browser = web(owner)
    add_time(cast, owner, minutes=20, state="APPROVED")
    for user in (owner, cast.member):
        ask(user, TODAY)
    assert browser.get(path).status_code == 200
    with CaptureQueriesContext(connection) as few:
        browser.get(path)
    more_rows(cast)
    with CaptureQueriesContext(connection) as many:
        browser.get(path)
    assert (len(few), len(many)) == (BUDGETS[path], BUDGETS[path])
