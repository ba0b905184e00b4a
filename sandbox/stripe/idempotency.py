"""Idempotency keys as Stripe keeps them: 24 hours, separate for each account."""

from sandbox.keeping import KeptAnswers, KeyIsBusy, KeyWasUsedOtherwise
from sandbox.store import Body, Record
from sandbox.stripe.errors import ApiError
from sandbox.stripe.form import Tree
from sandbox.world import World

LONGEST = 255


class Keys:
    """Answers by key, refused in Stripe's words."""

    def __init__(self, world: World) -> None:
        self._kept = KeptAnswers(world, "idempotency")

    def begin(self, key: str, account: str | None, method: str, path: str, params: Tree) -> Record | None:
        """The stored answer for a repeated key, or None with the key marked busy. Raises ApiError for a key that is too
        long, is busy, or was used with something else."""
        if len(key) > LONGEST:
            raise ApiError(
                f"Idempotency keys must be at most {LONGEST} characters.", type_="idempotency_error"
            )
        try:
            return self._kept.begin(_owner(account), key, [method, path, params])
        except KeyIsBusy as error:
            message = f"There is currently another in-progress request using this Idempotent Key ({key})."
            raise ApiError(
                message, status=409, type_="idempotency_error", code="idempotency_key_in_use"
            ) from error
        except KeyWasUsedOtherwise as error:
            message = "Keys for idempotent requests can only be used with the same parameters they were first"
            more = (
                f" used with. Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise ApiError(message + more, type_="idempotency_error") from error

    def end(self, key: str, account: str | None) -> None:
        """The key is no longer being worked on."""
        self._kept.end(_owner(account), key)

    def keep(
        self,
        key: str,
        account: str | None,
        method: str,
        path: str,
        params: Tree,
        *,
        status: int,
        body: Body,
        request: str,
    ) -> None:
        """Store an answer whose operation was begun; `request` is the id under which it was first given."""
        answer = {"status": status, "body": body, "request": request}
        self._kept.keep(_owner(account), key, [method, path, params], answer)


def _owner(account: str | None) -> str:
    return account or "platform"
