"""API tokens: made, recognised, revoked; their texts are kept nowhere."""

from datetime import timedelta

import pytest

from core.errors import NotAllowed
from core.models import Action, Change
from people.issuing import (
    SCOPES,
    AlreadyRevoked,
    ExpiresTooEarly,
    NameIsMissing,
    NoScope,
    UnknownScope,
    issue_token,
    revoke_token,
    token_of,
)
from people.models import ApiToken, Role, User
from people.token_list import scope_words, tokens_of
from psa.api.assembly import ROUTERS
from tests.cast import NOW, Cast

HOUR = timedelta(hours=1)


def test_a_token_is_recognised_until_it_ends(owner: User) -> None:
    token, raw = issue_token(
        user=owner,
        name=" Export  job ",
        scopes={"time:write", "time:read"},
        by=owner,
        at=NOW,
        expires_at=NOW + HOUR,
    )
    assert (token.name, token.scopes) == ("Export job", ["time:read", "time:write"])
    assert raw.startswith(f"psa_{token.prefix}")
    assert raw not in str(ApiToken.objects.values_list())
    assert raw not in str(Action.objects.values_list())
    found = token_of(raw, at=NOW)
    assert found == token
    assert token_of(raw, at=NOW + HOUR) is None
    assert token_of(raw[:-1], at=NOW) is None
    assert token_of(token.digest, at=NOW) is None


def test_what_is_wrong_is_said_at_its_field(owner: User, cast: Cast) -> None:
    def refuse(error: type[Exception], field: str, **changed: object) -> None:
        options: dict[str, object] = {"user": owner, "name": "A", "scopes": SCOPES, "by": owner, "at": NOW}
        with pytest.raises(error) as caught:
            issue_token(**options | changed)  # type: ignore[arg-type]
        assert getattr(caught.value, "field", "") == field

    refuse(NameIsMissing, "name", name="  ")
    refuse(NoScope, "scopes", scopes=[])
    refuse(UnknownScope, "scopes", scopes=["time:read", "moon:read"])
    refuse(ExpiresTooEarly, "expires_on", expires_at=NOW)
    refuse(NotAllowed, "", by=cast.member)


def test_revoking_is_for_its_person_and_whoever_manages_their_sign_in(owner: User, cast: Cast) -> None:
    token, raw = issue_token(user=cast.member, name="A", scopes=["time:read"], by=cast.member, at=NOW)
    with pytest.raises(NotAllowed):
        revoke_token(token=token, by=cast.finance, at=NOW)
    own, _ = issue_token(user=owner, name="B", scopes=["time:read"], by=owner, at=NOW)
    admin = User.objects.create_user(email="adm@hm.example", name="Adm")
    admin.roles.add(Role.objects.get(name="Administrator"))
    with pytest.raises(NotAllowed):
        revoke_token(token=own, by=admin, at=NOW)
    revoke_token(token=token, by=owner, at=NOW)
    assert token_of(raw, at=NOW) is None
    with pytest.raises(AlreadyRevoked):
        revoke_token(token=token, by=owner, at=NOW)
    assert Action.objects.filter(verb="token.revoke", subject_id=str(token.pk)).count() == 1
    change = Change.objects.get(table_name="people_apitoken", row_id=str(token.pk))
    assert set(change.new) == {"revoked_at"}


def test_the_last_use_is_noted_once_a_minute(owner: User, django_assert_num_queries: object) -> None:
    _, raw = issue_token(user=owner, name="A", scopes=["time:read"], by=owner, at=NOW)
    with django_assert_num_queries(3):  # type: ignore[operator]
        token_of(raw, at=NOW)
    with django_assert_num_queries(2):  # type: ignore[operator]
        token_of(raw, at=NOW + timedelta(seconds=59))
    assert ApiToken.objects.get().last_used_at == NOW
    token_of(raw, at=NOW + timedelta(seconds=61))
    assert ApiToken.objects.get().last_used_at == NOW + timedelta(seconds=61)


def test_lists_show_working_tokens_first(owner: User) -> None:
    names = []
    for number in range(12):
        token, _ = issue_token(user=owner, name=f"Old {number}", scopes=["time:read"], by=owner, at=NOW)
        revoke_token(token=token, by=owner, at=NOW)
    issue_token(
        user=owner, name="Ends", scopes=["time:read"], by=owner, at=NOW - 2 * HOUR, expires_at=NOW - HOUR
    )
    issue_token(user=owner, name="Works", scopes=SCOPES, by=owner, at=NOW)
    lines = tokens_of(owner, at=NOW)
    names = [(line.token.name, line.ended) for line in lines]
    assert names[:3] == [("Works", ""), ("Ends", "Expired"), ("Old 11", "Revoked")]
    assert len(names) == 11


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        (list(SCOPES), "Everything that you may"),
        ([scope for scope in SCOPES if scope.endswith("read")], "Reads everything that you may see"),
        (["time:read", "time:write", "ledger:read"], "Changes Time; reads Ledger"),
        (["clients:read"], "Reads Clients"),
    ],
)
def test_scopes_in_words(scopes: list[str], words: str) -> None:
    assert scope_words(scopes) == words


def test_every_scope_of_a_route_can_be_given() -> None:
    asked = {
        getattr(operation.view_func, "scope", "")
        for router in ROUTERS
        for view in router.path_operations.values()
        for operation in view.operations
    } - {""}
    assert asked <= set(SCOPES)
    assert len(asked) > 8
