"""The firm's own words for projects, its codes, and when leads hear of budgets."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from projects.codes import NotAPattern
from projects.labeling import NotAShare, add_label, deactivate_label, rename_label, set_project_rules
from projects.models import Project, ProjectLabel
from projects.opening import edit_project, open_project, suggest_code
from projects.promises import LabelExists
from tests.cast import Cast

USUAL = "{client}-{000}"


def test_labels_are_added_renamed_and_put_aside(cast: Cast) -> None:
    status = add_label(kind="STATUS", name=" On  hold ", by=cast.manager)
    assert status.name == "On hold"
    with pytest.raises(LabelExists):
        add_label(kind="STATUS", name="On hold", by=cast.manager)
    add_label(kind="TYPE", name="On hold", by=cast.manager)
    assert rename_label(label=status, name="Paused", by=cast.manager).name == "Paused"
    assert not deactivate_label(label=status, by=cast.manager).is_active
    with pytest.raises(NotAllowed):
        add_label(kind="TYPE", name="Mine", by=cast.member)


def test_a_label_stands_where_its_kind_belongs(cast: Cast) -> None:
    status = add_label(kind="STATUS", name="On hold", by=cast.manager)
    assert edit_project(project=cast.project, by=cast.manager, status=status).status == status
    with pytest.raises(Exception, match="each from its own list"):
        edit_project(project=cast.project, by=cast.manager, type=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectLabel.objects.filter(pk=status.pk).update(kind="TYPE")


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (USUAL, "LKS-002"),  # after the LKS-001 that is there
        ("P-{0000}", "P-0001"),
        ("{client}/{00}", "LKS-002"),  # the client's own series goes on as it began
        ("{00}-{client}", "01-LARK"),
    ],
)
def test_codes_by_the_firms_pattern(cast: Cast, pattern: str, code: str) -> None:
    cast.client.code = "LARK"
    cast.client.save()
    set_project_rules(code_pattern=pattern, alert_percents=[50], by=cast.manager)
    assert suggest_code(cast.client) == code


def test_one_series_for_all(cast: Cast) -> None:
    set_project_rules(code_pattern="P-{0000}", alert_percents=[], by=cast.manager)
    Project.objects.create(client=cast.client, name="Old", code="P-0041")
    assert open_project(client=cast.client, name="New", by=cast.manager).code == "P-0042"


@pytest.mark.parametrize("pattern", ["", "P-", "{000}{000}", "{year}-{000}", "P{0000000}", "<{000}>"])
def test_no_patterns(cast: Cast, pattern: str) -> None:
    with pytest.raises(NotAPattern):
        set_project_rules(code_pattern=pattern, alert_percents=[], by=cast.manager)


@pytest.mark.parametrize("percents", [[0], [50, 50], [10, 20, 30, 40], [501]])
def test_no_shares(cast: Cast, percents: list[int]) -> None:
    with pytest.raises(NotAShare):
        set_project_rules(code_pattern=USUAL, alert_percents=percents, by=cast.manager)
