"""Refusals as QuickBooks words them: JSON or XML, an upper-case `Fault`, or a lower-case one for 401 and 403."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sandbox.store import Body

VALIDATION, AUTHENTICATION, AUTHORIZATION = "ValidationFault", "AUTHENTICATION", "AUTHORIZATION"
SERVICE, SYSTEM = "SERVICE", "SystemFault"


@dataclass
class Fault(Exception):
    """One refusal. `code` is a number as text, `element` the field that is meant."""

    code: str
    message: str
    detail: str = ""
    element: str = ""
    type: str = VALIDATION
    status: int = 400

    def __str__(self) -> str:
        return f"{self.code} {self.message}: {self.detail}"

    def error(self) -> Body:
        """The error within `Fault.Error`."""
        body = {"Message": self.message, "Detail": self.detail, "code": self.code}
        return {**body, "element": self.element} if self.element else body

    def item(self) -> Body:
        """`Fault` as it stands in an answer or in one item of a batch."""
        return {"Fault": {"Error": [self.error()], "type": self.type}}

    def body(self, time: str, shape: str = "") -> Body:
        """The whole answer; `time` is the company's stamp.

        401 and 403 have a shape of their own unless `shape`, "Fault" or "fault", says otherwise.
        """
        if (shape or ("fault" if self.status in (401, 403) else "Fault")) == "Fault":
            return {**self.item(), "time": time}
        error = {"message": self.message, "detail": self.detail, "code": self.code, "element": None}
        empty = (
            "warnings",
            "intuitObject",
            "report",
            "batchItemResponse",
            "attachableResponse",
            "syncErrorResponse",
        )
        return {
            **dict.fromkeys(empty),
            "fault": {"error": [error], "type": self.type},
            "requestId": None,
            "time": None,
            "status": None,
        }

    def json(self, time: str, shape: str = "") -> bytes:
        """`body` as bytes."""
        return json.dumps(self.body(time, shape)).encode()

    def xml(self, time: str) -> bytes:
        """The same answer for those who do not ask for JSON; a throttle comes so even to those who do."""
        element = f" element={quoteattr(self.element)}" if self.element else ""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time={quoteattr(time)}>'
            f"<Fault type={quoteattr(self.type)}><Error code={quoteattr(self.code)}{element}>"
            f"<Message>{escape(self.message)}</Message><Detail>{escape(self.detail)}</Detail>"
            "</Error></Fault></IntuitResponse>"
        ).encode()


def throttled() -> Fault:
    """3001: too many requests."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return Fault("3001", message, "The request limit was reached. Wait a minute.", type=SERVICE, status=429)


def unauthenticated(detail: str = "Token expired or not valid.") -> Fault:
    """3200: no token, or one that is over."""
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    return Fault("3200", message, detail, type=AUTHENTICATION, status=401)


def unauthorized() -> Fault:
    """3100: a good token that was given for another company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    return Fault("3100", message, "The token was not given for this company.", type=AUTHORIZATION, status=403)


def missing(element: str, what: str = "") -> Fault:
    """2020: a required parameter is not there."""
    detail = what or f"Required parameter {element} is missing in the request"
    return Fault(
        "2020", "Required param missing, need to supply the required value for the API", detail, element
    )


def broken(detail: str, element: str = "") -> Fault:
    """6000: the general business validation."""
    message = "A business validation error has occurred while processing your request"
    return Fault("6000", message, f"Business Validation Error: {detail}", element)


def invalid_reference(element: str, detail: str = "") -> Fault:
    """2500: a reference to what is not there."""
    return Fault(
        "2500", "Invalid Reference Id", detail or f"Invalid Reference Id : {element} not found", element
    )


def inactive(element: str) -> Fault:
    """610: a reference to something that was made inactive."""
    detail = "Object Not Found : Something you're trying to use has been made inactive. "
    detail += f"Check the fields with accounts, customers, items, vendors or employees ({element})."
    return Fault("610", "Object Not Found", detail, element)


def not_found(detail: str = "Object Not Found : The transaction or list element was deleted.") -> Fault:
    """610: the object itself is not there."""
    return Fault("610", "Object Not Found", detail)


def stale(entity: str) -> Fault:
    """5010: somebody else has stored a newer version."""
    detail = f"Stale Object Error : You and the bookkeeper were working on this {entity} at the same time. "
    detail += "The bookkeeper finished before you did, so your work was not saved."
    return Fault("5010", "Stale Object Error", detail)


def unsupported(detail: str) -> Fault:
    """500: an operation that there is not."""
    return Fault("500", "Unsupported Operation", detail)
