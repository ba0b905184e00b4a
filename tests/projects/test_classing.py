"""Classes: added, renamed, taken out of pick-lists and back; by whoever manages projects."""

import pytest

from core.errors import NotAllowed, Refusal
from core.models import Action
from projects.classing import add_class, deactivate_class, reactivate_class, rename_class
from projects.models import WorkClass
from projects.opening import NameIsMissing
from tests.cast import Cast


def test_a_class_from_adding_to_the_way_back(cast: Cast) -> None:
    west = add_class(name="  West   branch ", by=cast.manager)
    assert west.name == "West branch"
    with pytest.raises(Refusal, match="already a class of this name"):
        add_class(name="West branch", by=cast.manager)
    assert rename_class(work_class=west, name="West", by=cast.manager).name == "West"
    assert not deactivate_class(work_class=west, by=cast.manager).is_active
    assert reactivate_class(work_class=west, by=cast.manager).is_active
    verbs = list(
        Action.objects.filter(verb__startswith="work_class").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["work_class.add", "work_class.rename", "work_class.deactivate", "work_class.reactivate"]


def test_only_whoever_manages_projects_changes_classes(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_class(name="West", by=cast.member)
    with pytest.raises(NameIsMissing):
        add_class(name="  ", by=cast.manager)
    assert not WorkClass.objects.exists()
