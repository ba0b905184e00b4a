"""Stripe's error answers."""

from sandbox.store import Body


class ApiError(Exception):
    """An answer of 4xx or 5xx. `is_executed` tells whether the operation had begun: only then is it stored under the
    idempotency key, as Stripe does it. `keeps_work`: what was written stays, as the failed charge of a decline does."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type_: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_executed: bool = False,
        keeps_work: bool = False,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_executed = is_executed
        self.keeps_work = keeps_work
        self.error: Body = {"type": type_, "message": message, **more}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param:
            self.error["param"] = param

    def body(self) -> Body:
        """The JSON that goes out."""
        return {"error": self.error}


def missing_thing(kind: str, id_: str, param: str = "id") -> ApiError:
    """404, also for what belongs to another account."""
    return ApiError(f"No such {kind}: '{id_}'", status=404, code="resource_missing", param=param)


def refused(message: str, **more: object) -> ApiError:
    """400 by the state of a thing, after execution began."""
    return ApiError(message, is_executed=True, **more)  # type: ignore[arg-type]
