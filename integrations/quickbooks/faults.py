"""What QuickBooks refuses, in six classes (integrations.md A10, G6): whoever calls knows what to do next.

Access lost, throttled, away, stale, refused (a person can act), our own mistake; and *unknown*: sent, and never
answered. All are refusals, so that pages and jobs have words for them.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn
from xml.etree import ElementTree

from core.errors import Refusal
from integrations.limits import Throttled

# Intuit names no Retry-After that can be relied upon: a minute.
WAIT = timedelta(seconds=60)


class QuickBooksError(Refusal):
    """Something about QuickBooks went otherwise than asked."""


class AccessLost(QuickBooksError):
    """The firm, or time, took our access away. A person must connect again."""

    sentence = "QuickBooks does not let us in any more. Connect it again under Connections."


class AccessExpired(QuickBooksError):
    """The access token is refused: renew it once, then ask again."""

    sentence = "QuickBooks asks us to sign in again. Try once more."


class Away(QuickBooksError):
    """QuickBooks did nothing, for now: down, locked, in maintenance."""

    sentence = "QuickBooks cannot be reached right now. Try again in a few minutes."


class Unknown(QuickBooksError):
    """The call was sent and its answer never came whole: it may have been done."""

    sentence = "QuickBooks did not answer, so it is not certain yet whether this arrived there."


class Stale(QuickBooksError):
    """5010: somebody changed the record there since it was read."""

    sentence = "The record was changed in QuickBooks meanwhile."


class Refused(QuickBooksError):
    """QuickBooks refused for a reason that a person can act on. Certainly not done."""

    def __init__(self, code: str, detail: str, *, element: str = "") -> None:
        self.code, self.detail, self.element = code, detail, element
        super().__init__(f"QuickBooks refused this: {detail}")

    @property
    def other_id(self) -> str:
        """The Id of the record in the way, where the detail names it (6240, 6140); else empty."""
        found = re.search(r"\b(?:Id|TxnId)\s*=\s*(\d+)", self.detail)
        return found.group(1) if found else ""


class NotThere(Refused):
    """610: the record was deleted, or a list element it refers to is inactive (the detail says which)."""


class Bug(QuickBooksError):
    """We asked for something that QuickBooks does not know: our mistake, which no repetition mends."""

    sentence = "QuickBooks did not understand us. This is a mistake of ours; it has been noted."

    def __init__(self, code: str = "", detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__()


@dataclass(frozen=True)
class Fault:
    """The first error of an answer, and the words of all of them."""

    code: str
    detail: str
    element: str = ""


EXPIRED = frozenset({"100", "110", "3200", "3202"})
LOST = frozenset({"120", "3100"})
THROTTLED = frozenset({"3001"})
AWAY = frozenset({"130", "140", "150", "4002", "10000"})
# A duplicate request id: the first is still under way, or was answered and lost.
UNCERTAIN = frozenset({"600"})
# Fields that only a mistake of ours makes wrong; wrong lengths, signs and references are the firm's own records.
OURS = frozenset(
    {"500", "1040", "2010", "2020", "2030", "2060", "2080", "2130", "2170", "2250", "2260", "2300", "2600"}
    | {"3000", "4000", "4001", "5000", "6010", "6070", "6350", "6370", "6390", "10100"}
)


def faults_in(text: str) -> Fault | None:
    """The fault that an answer holds, in any of its three shapes: `Fault`, `fault`, XML. None where there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return _fault_of_xml(text)
    if not isinstance(found, dict):
        return None
    fault = found.get("Fault") or found.get("fault")
    return _fault_of(fault) if isinstance(fault, dict) else None


def fault_of(fault: dict[str, Any]) -> Fault:
    """A fault inside of an answer, such as one item of a batch."""
    return _fault_of(fault)


def _fault_of(fault: dict[str, Any]) -> Fault:
    told = fault.get("Error") or fault.get("error")
    errors = [_lower(error) for error in told if isinstance(error, dict)] if isinstance(told, list) else []
    if not errors:
        return Fault("", str(fault.get("type", "")))
    first = errors[0]
    words = [_words(error) for error in errors]
    return Fault(_plain(first.get("code")), "; ".join(filter(None, words)), str(first.get("element") or ""))


def _lower(error: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in error.items()}


def _words(error: dict[str, Any]) -> str:
    return " ".join(str(error.get("detail") or error.get("message") or "").split())[:1000]


def _plain(code: Any) -> str:
    """Codes are compared without leading zeros: 003200 is 3200."""
    return str(code or "").strip().lstrip("0")


def _fault_of_xml(text: str) -> Fault | None:
    # Python's parser expands no external entities, and expat refuses billion-laugh expansions.
    if "<" not in text or "Fault" not in text:
        return None
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError:
        return None
    errors = [
        {_tag(part): part.text or "" for part in error} | dict(error.attrib)
        for error in root.iter()
        if _tag(error) == "Error"
    ]
    return _fault_of({"Error": errors}) if errors else None


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def raise_for(fault: Fault) -> NoReturn:
    """Raises the class of the fault's code."""
    code = fault.code
    if code in EXPIRED:
        raise AccessExpired
    if code in LOST:
        raise AccessLost
    if code in THROTTLED or "ThrottleExceeded" in fault.detail:
        raise Throttled(WAIT)
    if code in AWAY:
        raise Away
    if code in UNCERTAIN:
        raise Unknown
    if code == "5010":
        raise Stale
    if code == "610":
        raise NotThere(code, fault.detail, element=fault.element)
    if code in OURS or not code:
        raise Bug(code, fault.detail)
    raise Refused(code, fault.detail, element=fault.element)


def check_answer(status: int, text: str, *, is_write: bool) -> None:
    """Returns for an answer that can be used; raises what is wrong with it otherwise.

    A write whose answer says nothing that can be understood (a page of a proxy, half an answer) may have been done.
    """
    fault = faults_in(text)
    if status == 429:
        raise Throttled(WAIT)
    if status in (401, 403):
        _raise_for_access(status, fault)
    if fault is not None:
        raise_for(fault)
    if status == 200 and _is_whole(text):
        return
    if 400 <= status < 500:
        raise Bug(str(status), text[:300])
    raise Unknown if is_write else Away


def _raise_for_access(status: int, fault: Fault | None) -> NoReturn:
    """Only Intuit's own words take a firm's access away, not the page of some proxy."""
    if fault is not None and fault.code in LOST | THROTTLED | EXPIRED:
        raise_for(fault)
    if status == 401:
        raise AccessExpired
    raise Bug(str(status), fault.detail if fault else "")


def _is_whole(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
