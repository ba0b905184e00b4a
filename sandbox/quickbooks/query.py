"""The query language of QuickBooks Online: read a sentence, choose records by it.

SELECT *|fields|count(*) FROM Entity [WHERE f op v AND …] [ORDERBY f ASC|DESC, …] [STARTPOSITION n] [MAXRESULTS n].
Words and names in any case; only AND joins; LIKE knows only %. Source: integrations.md A5.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.quickbooks.queryable import ENTITIES, Kind, is_list
from sandbox.store import Body

USUAL, MOST = 100, 1000  # MAXRESULTS when it is left out, and its ceiling
PACIFIC = ZoneInfo("America/Los_Angeles")  # a moment without an offset is the vendor's own

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|!=|<>|[=<>(),*]))"
)
_COMPARISONS = {"=", "<", ">", "<=", ">=", "like", "in"}
_AFTER_WHERE = {"orderby", "order", "startposition", "maxresults"}


class QueryError(Exception):
    """4000: the sentence cannot be read; 4001: it asks for what there is not."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.message = "Error parsing query" if code == 4000 else "Invalid query"
        self.detail = f"{'QueryParserError' if code == 4000 else 'QueryValidationError'}: {detail}"


@dataclass(frozen=True)
class Condition:
    """One comparison; `values` holds several only for IN."""

    property: str
    comparison: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A sentence, understood and checked against what can be asked of its entity."""

    entity: str
    properties: tuple[str, ...] = ()  # empty: all of them
    is_count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # property, whether descending
    start: int = 1
    most: int = USUAL


@dataclass
class _Words:
    """The sentence in pieces, taken one after the other."""

    pieces: list[tuple[str, str]]
    place: int = 0

    def peek(self) -> str:
        """The next piece in lower case unless it is a literal; empty at the end."""
        kind, said = self.pieces[self.place] if self.place < len(self.pieces) else ("end", "")
        return said.lower() if kind in {"word", "sign"} else ""

    def take(self) -> tuple[str, str]:
        if self.place == len(self.pieces):
            raise QueryError(4000, "Encountered <EOF> where more was expected.")
        self.place += 1
        return self.pieces[self.place - 1]

    def expect(self, *wanted: str) -> str:
        """Raises QueryError 4000 for another piece."""
        _, said = self.take()
        if said.lower() not in wanted:
            raise _unexpected(said, wanted[0])
        return said.lower()

    def takes(self, wanted: str) -> bool:
        """Step over this piece if it is the next one."""
        if self.peek() != wanted:
            return False
        self.place += 1
        return True

    def name(self) -> str:
        kind, said = self.take()
        if kind != "word":
            raise _unexpected(said, "a name")
        return said


def _unexpected(said: str, wanted: str) -> QueryError:
    return QueryError(4000, f'Encountered " {said} ". Was expecting: {wanted}.')


def _cut(sentence: str) -> _Words:
    pieces: list[tuple[str, str]] = []
    place, end = 0, len(sentence.rstrip())
    while place < end:
        found = _TOKEN.match(sentence, place)
        if found is None:
            raise QueryError(4000, f"Lexical error at column {place + 1}.")
        pieces.append((str(found.lastgroup), found.group(str(found.lastgroup))))
        place = found.end()
    return _Words(pieces)


def parse(sentence: str) -> Query:
    """Raises QueryError 4000 for broken grammar, 4001 for unknown entities and properties and for numbers out of
    their range."""
    words = _cut(sentence)
    words.expect("select")
    is_count, asked = _projection(words)
    words.expect("from")
    entity = _entity(words.name())
    conditions = _conditions(words, entity) if words.takes("where") else ()
    order = _order(words, entity)
    numbers = _window(words)
    properties = tuple(_property(entity, name, to="select") for name in asked)
    return Query(entity, properties, is_count, conditions, order, *numbers)


def _projection(words: _Words) -> tuple[bool, list[str]]:
    if words.takes("*"):
        while words.takes(","):  # python-quickbooks asks for "*, Sku": the star has it already
            words.name()
        return False, []
    names = [words.name()]
    if names[0].lower() == "count" and words.takes("("):
        words.expect("*")
        words.expect(")")
        return True, []
    while words.takes(","):
        names.append(words.name())
    return False, names


def _entity(name: str) -> str:
    for entity in ENTITIES:
        if entity.lower() == name.lower():
            return entity
    raise QueryError(4001, f"Invalid context declaration: {name}")


def _property(entity: str, name: str, *, to: str) -> str:
    """The property in the vendor's own spelling. Raises QueryError 4001."""
    known = ENTITIES[entity]
    for candidate in known:
        if candidate.lower() == name.lower():
            return candidate
    if to == "select":
        return name  # anything may be asked for; what a record does not have is not in the answer
    raise QueryError(4001, f"property '{name}' is not queryable")


def _conditions(words: _Words, entity: str) -> tuple[Condition, ...]:
    found = [_condition(words, entity)]
    while words.peek() and words.peek() not in _AFTER_WHERE:
        words.expect("and")
        found.append(_condition(words, entity))
    return tuple(found)


def _condition(words: _Words, entity: str) -> Condition:
    name = words.name()
    _, said = words.take()
    comparison = said.lower()
    if comparison not in _COMPARISONS:
        raise _unexpected(said, "= < > <= >= LIKE IN")
    property_ = _property(entity, name, to="filter")
    if comparison == "in":
        words.expect("(")
        values = [_literal(words)]
        while words.expect(",", ")") == ",":
            values.append(_literal(words))
    else:
        values = [_literal(words)]
    kind = ENTITIES[entity][property_]
    if comparison == "like" and kind is not Kind.TEXT:
        raise QueryError(4001, f"operator LIKE is not supported for property '{property_}'")
    for value in values:
        _comparable(kind, value, property_)
    return Condition(property_, comparison, tuple(values))


def _literal(words: _Words) -> str:
    kind, said = words.take()
    if kind == "text":
        return re.sub(r"\\(.)", r"\1", said[1:-1])
    if kind == "number" or (kind == "word" and said.lower() in {"true", "false"}):
        return said
    raise _unexpected(said, "a value in single quotes")


def _order(words: _Words, entity: str) -> tuple[tuple[str, bool], ...]:
    if words.takes("order"):
        words.expect("by")
    elif not words.takes("orderby"):
        return ()
    found = []
    while True:
        name = _property(entity, words.name(), to="sort")
        is_falling = words.takes("desc")
        if not is_falling:
            words.takes("asc")
        found.append((name, is_falling))
        if not words.takes(","):
            return tuple(found)


def _window(words: _Words) -> tuple[int, int]:
    """STARTPOSITION and MAXRESULTS, in either order."""
    numbers = {"startposition": 1, "maxresults": USUAL}
    open_ = set(numbers)
    while words.peek() in open_:
        name = words.take()[1].lower()
        open_.remove(name)
        kind, said = words.take()
        if kind not in {"number", "text"} or not re.fullmatch(r"'?-?\d+'?", said):
            raise _unexpected(said, "a whole number")
        numbers[name] = int(said.strip("'"))
        if numbers[name] < 1:
            raise QueryError(4001, f"value {numbers[name]} is too small. Min allowed value is 1.")
    if words.place < len(words.pieces):
        raise _unexpected(words.take()[1], "<EOF>")
    if numbers["maxresults"] > MOST:
        raise QueryError(4001, f"value {numbers['maxresults']} is too large. Max allowed value is {MOST}.")
    return numbers["startposition"], numbers["maxresults"]


def run(query: Query, records: Iterable[Body]) -> Body:
    """The inside of QueryResponse for these records of the asked entity: {} when nothing is found."""
    found = [record for record in records if _is_chosen(query, record)]
    if query.is_count:
        return {"totalCount": len(found)}
    kinds = ENTITIES[query.entity]
    for name, is_falling in reversed(query.order or (("Id", False),)):
        found.sort(key=lambda record: _sortable(kinds[name], value_of(record, name)), reverse=is_falling)
    page = found[query.start - 1 : query.start - 1 + query.most]
    if not page:
        return {}
    shown = [_projected(record, query.properties) for record in page] if query.properties else page
    return {query.entity: shown, "startPosition": query.start, "maxResults": len(page)}


def _is_chosen(query: Query, record: Body) -> bool:
    names = {condition.property for condition in query.conditions}
    if is_list(query.entity) and "Active" not in names and record.get("Active") is False:
        return False
    return all(_holds(ENTITIES[query.entity][each.property], each, record) for each in query.conditions)


def _holds(kind: Kind, condition: Condition, record: Body) -> bool:
    given = value_of(record, condition.property)
    if given is None:
        return False
    if condition.comparison == "like":
        pattern = ".*".join(re.escape(part) for part in condition.values[0].split("%"))
        return re.fullmatch(pattern, str(given), re.IGNORECASE | re.DOTALL) is not None
    left = _comparable(kind, given, condition.property)
    rights = [_comparable(kind, value, condition.property) for value in condition.values]
    right: Any = rights[0]
    match condition.comparison:
        case "in":
            return left in rights
        case "=":
            return bool(left == right)
        case "<":
            return bool(left < right)
        case ">":
            return bool(left > right)
        case "<=":
            return bool(left <= right)
    return bool(left >= right)


def value_of(record: Body, name: str) -> Any:
    """A property by its dotted name; of a reference its value; None where the record has none."""
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value.get("value", value.get("Address")) if isinstance(value, dict) else value


def moment(said: str) -> datetime.datetime:
    """A date or date and time in ISO form; without an offset it is Pacific time. Raises ValueError."""
    found = datetime.datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=PACIFIC)


def _comparable(kind: Kind, value: Any, name: str) -> Any:
    """A value of the record or of the sentence in a form that compares. Raises QueryError 4001."""
    try:
        match kind:
            case Kind.ID:
                return (int(value), "") if str(value).isdigit() else (0, str(value))
            case Kind.NUMBER:
                return Decimal(str(value))
            case Kind.FLAG:
                return {"true": True, "false": False}[str(value).lower()]
            case Kind.DAY:
                return datetime.date.fromisoformat(str(value)[:10])
            case Kind.MOMENT:
                return moment(str(value))
    except (ValueError, KeyError, InvalidOperation) as error:
        raise QueryError(4001, f"value '{value}' does not suit property '{name}'") from error
    return str(value).casefold()


def _sortable(kind: Kind, value: Any) -> tuple[bool, Any]:
    """What is missing comes first when rising."""
    return (True, _comparable(kind, value, "")) if value is not None else (False, 0)


def _projected(record: Body, names: Iterable[str]) -> Body:
    shown: Body = {name: record[name] for name in ("domain", "sparse") if name in record}
    by_lower = {name.lower(): name for name in record}
    for name in names:
        top = by_lower.get(name.partition(".")[0].lower())
        if top is not None:
            shown[top] = record[top]
    return shown
