"""One of many ids, as one parameter."""

from typing import Any

from core.lookups import MANY
from people.models import User


def test_one_of_a_few_ids(owner: Any) -> None:
    assert list(User.objects.filter(pk__any=[-1, owner.pk])) == [owner]
    assert not User.objects.filter(pk__any=[]).exists()


def test_one_of_many_ids(owner: Any) -> None:
    assert list(User.objects.filter(pk__any=[*range(-2 * MANY, 0), owner.pk])) == [owner]
