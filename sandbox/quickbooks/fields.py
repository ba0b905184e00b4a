"""The shape of what is sent: known fields of the right type, length and words.

The rules are in fields.json, made from Intuit's own schema.
"""

import datetime
import json
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault
from sandbox.store import Body

_RULES = json.loads((Path(__file__).parent / "fields.json").read_text())
ENTITIES: dict[str, dict[str, Body]] = _RULES["entities"]
_TYPES: dict[str, dict[str, Body]] = _RULES["types"]
_ENUMS: dict[str, list[str]] = _RULES["enums"]
# Answered with every object and tolerated when they come back.
_ALWAYS = {"domain", "sparse", "status", "time"}
_LARGEST = Decimal("99999999999.99")
_SWITCHED = {
    "DisplayName": "display_name_length",
    **dict.fromkeys(("Title", "GivenName", "MiddleName", "FamilyName", "Suffix"), "name_part_length"),
}


def check(company: Company, entity: str, body: Body) -> Body:
    """`body` without its empty parts. Raises Fault: 2010 unknown, 2030 id, 2050 length, 2070 date, 2090 number,
    2170 word of a list, 2210 mail address."""
    fields = dict(ENTITIES[entity])
    for name, switch in _SWITCHED.items():
        if entity in ("Customer", "Vendor", "Employee") and name in fields:
            fields[name] = {**fields[name], "length": company.switches[switch]}
    if entity in ("Customer", "Vendor"):
        fields["Notes"] = {**fields["Notes"], "length": company.switches["notes_length"]}
    kept = _object(fields, {name: value for name, value in body.items() if name not in _ALWAYS}, "")
    return kept | {name: body[name] for name in ("sparse",) if name in body}


def _object(fields: dict[str, Body], body: Body, path: str) -> Body:
    kept: Body = {}
    for name, value in body.items():
        if name not in fields:
            raise _unknown(f"{path}{name}")
        if value is None:
            continue
        known = _value(fields[name], value, f"{path}{name}")
        if fields[name]["type"] == "ReferenceType" and isinstance(known, dict):
            known = known if known.get("value") else ""  # a reference to nothing empties the field
        # Inner objects are replaced as a whole: what is empty in them is not there.
        if known != "" or not path:
            kept[name] = known
    return kept


def _value(field: Body, value: Any, path: str) -> Any:
    if field.get("many"):
        if not isinstance(value, list):
            raise _unknown(path, "a list is wanted")
        return [_single(field, each, path) for each in value]
    return _single(field, value, path)


def _single(field: Body, value: Any, path: str) -> Any:
    type_ = field["type"]
    if type_ in _TYPES:
        if not isinstance(value, dict):
            raise _unknown(path, "an object is wanted")
        return _object(_TYPES[type_], value, f"{path}.")
    if isinstance(value, dict):
        if type_ in _CHECKS or type_ in _ENUMS:
            raise _unknown(path, "a simple value is wanted")
        return value  # a group whose inner fields the schema's extract does not name
    if value == "":
        return value  # a field that is emptied
    if type_ in _ENUMS:
        if value not in _ENUMS[type_]:
            raise Fault("2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", path)
        return value
    return _CHECKS.get(type_, _text)(field, value, path)


def _unknown(path: str, why: str = "specified is unsupported or invalid") -> Fault:
    detail = f"Property Name:{path} {why}"
    return Fault("2010", "Request has invalid or unsupported property", detail, path)


def _text(field: Body, value: Any, path: str) -> Any:
    if isinstance(value, (bool, list)):
        raise _unknown(path, "text is wanted")
    text = str(value)
    if any(ord(each) < 32 and each not in "\t\n\r" for each in text):
        raise Fault(
            "2040", "Invalid String. The string has unsupported characters", "Invalid characters", path
        )
    if "length" in field and len(text) > field["length"]:
        detail = f"Max:{field['length']} ; supplied length = {len(text)}"
        message = "String length is either shorter or longer than supported by specification"
        raise Fault("2050", message, detail, path)
    return text


def _flag(field: Body, value: Any, path: str) -> Any:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _unknown(path, "true or false is wanted")
    return value


def _decimal(field: Body, value: Any, path: str) -> Any:
    try:
        found = Decimal(str(value)) if not isinstance(value, (bool, list)) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Fault("2090", "Invalid Number", f"Invalid Number : {value}", path)
    if abs(found) > _LARGEST:
        raise Fault("2080", "Number out of range", f"Number out of range : {value}", path)
    return found


def _whole(field: Body, value: Any, path: str) -> Any:
    found = _decimal(field, value, path)
    if found != found.to_integral_value():
        raise Fault("2090", "Invalid Number", f"Invalid Number : {value}", path)
    return int(found)


def _day(field: Body, value: Any, path: str) -> Any:
    found = re.match(r"\d{4}-\d{2}-\d{2}(?=$|T|Z|[+-])", str(value))
    try:
        day = datetime.date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise Fault("2060", "Invalid Date format", f"Invalid Date : {value}", path) from None
    if not 1970 <= day.year <= 9999:
        raise Fault("2070", "Date out of range", f"Invalid Date : {value}", path)
    return day.isoformat()


def _moment(field: Body, value: Any, path: str) -> Any:
    try:
        return datetime.datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Fault("2060", "Invalid Date format", f"Invalid Date : {value}", path) from None


def _id(field: Body, value: Any, path: str) -> Any:
    if isinstance(value, (bool, list)) or not re.fullmatch(r"[\w:.-]{1,50}", str(value)):
        raise Fault("2030", "Invalid ID", f"Id must be a valid id : {value}", path)
    return str(value)


def _mail(field: Body, value: Any, path: str) -> Any:
    text = _text(field, value, path)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", each.strip()) for each in text.split(",")):
        raise Fault("2210", "Invalid Email Address format", f"Email Address : {text} is invalid", path)
    return text


_CHECKS = {
    "string": _text,
    "boolean": _flag,
    "decimal": _decimal,
    "int": _whole,
    "positiveInteger": _whole,
    "date": _day,
    "dateTime": _moment,
    "id": _id,
    "email": _mail,
}
