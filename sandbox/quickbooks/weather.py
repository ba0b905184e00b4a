"""Failures that were ordered for a call and that have a shape of the vendor's own."""

from sandbox.faults import Fault as Weather
from sandbox.quickbooks.faults import (
    AUTHENTICATION,
    AUTHORIZATION,
    SERVICE,
    SYSTEM,
    VALIDATION,
    Fault,
    throttled,
)

FAILED = Fault(
    "10000", "An application error has occurred while processing your request", type=SYSTEM, status=500
)
_TYPES = {401: AUTHENTICATION, 403: AUTHORIZATION, 429: SERVICE}


def strike(weather: Weather | None) -> None:
    """Raises Fault for the kinds that refuse; the others happen elsewhere."""
    if weather is None:
        return
    if weather.kind == "429":
        raise throttled()
    if weather.kind in ("5xx", "503"):
        status = weather.status or (503 if weather.kind == "503" else 500)
        raise Fault(FAILED.code, FAILED.message, "The sandbox was asked to fail.", type=SYSTEM, status=status)
    if weather.kind == "fault":
        status = weather.status or 400
        type_ = SYSTEM if status >= 500 else _TYPES.get(status, VALIDATION)
        message = weather.detail or f"The sandbox was asked for fault {weather.code}"
        raise Fault(weather.code, message, weather.detail, type=type_, status=status)
