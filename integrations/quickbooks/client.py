"""The one door to a company's books: the real python-quickbooks client, behind what it lacks (integrations.md A12).

Ours are: time-outs, tokens renewed under a lock, the rate limit of the realm, every fault in a class of its own,
request ids, exact decimals, paging by Id. Call it outside of transactions.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from quickbooks import QuickBooks

from integrations import limits
from integrations.quickbooks import tokens
from integrations.quickbooks.faults import (
    AccessExpired,
    AccessLost,
    Away,
    NotThere,
    Refused,
    Throttled,
    Unknown,
    check_answer,
)
from integrations.quickbooks.tokens import PROVIDER
from integrations.quickbooks.wire import exact_json, prepare, was_sent

logger = logging.getLogger(__name__)

Body = dict[str, Any]

MINOR_VERSION = 75
PAGE = 1000
# Intuit allows 500 a minute and 10 within any second; our windows do not slide, so half of it a second.
PER_MINUTE, PER_SECOND = 450, 5
# Rather than fail, a call waits this long for its turn.
PATIENCE = timedelta(seconds=3)
MOST_JITTER_SECONDS = 15
SUBSCRIPTION_LAPSED = "6190"


class _Session(requests.Session):
    """What the library sends with: the token as it was when the call began."""

    def __init__(self, access_token: str) -> None:
        super().__init__()
        prepare(self)
        self.access_token = access_token


class _Library(QuickBooks):
    """The library with our base address; each answer is judged here, before the library guesses."""

    is_write = False

    @property
    def api_url(self) -> str:
        return str(settings.QUICKBOOKS_API_BASE)

    def process_request(self, request_type: str, url: str, **kwargs: Any) -> requests.Response:
        # Redirects would carry the token elsewhere, and there are none.
        try:
            response: requests.Response = super().process_request(request_type, url, **kwargs)
        except requests.RequestException as error:
            logger.warning("QuickBooks %s %s: %s", request_type, url, type(error).__name__)
            raise (Unknown if self.is_write and was_sent(error) else Away) from error
        tid = response.headers.get("intuit_tid", "-")
        level = logging.INFO if response.status_code == 200 else logging.WARNING
        logger.log(level, "QuickBooks %s %s: %s, tid %s", request_type, url, response.status_code, tid)
        check_answer(response.status_code, response.text, is_write=self.is_write)
        return response


class Gateway:
    """Calls to one company. Every method raises AccessLost, Throttled, Away, Bug, Refused; writes Unknown too."""

    def __init__(self, realm: str, *, at: datetime, token: str = "") -> None:
        """`at` is now; time that passes while the gateway is used is added to it. `token` is used unrenewed."""
        self.realm = realm
        self._at, self._began = at, time.monotonic()
        self._token = token

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._began)

    def create(self, entity: str, body: Body, request_id: str = "") -> Body:
        """Creates a record and returns it. The same request id never creates twice."""
        text = exact_json(body)
        return self._write(entity, lambda qb: qb.create_object(entity, text, request_id=request_id or None))

    def update_sparse(self, entity: str, body: Body, request_id: str = "") -> Body:
        """Changes the given fields of the record with this Id and SyncToken. Raises Stale."""
        text = exact_json({**body, "sparse": True})
        return self._write(entity, lambda qb: qb.update_object(entity, text, request_id=request_id or None))

    def delete(self, entity: str, remote_id: str, sync_token: str, request_id: str = "") -> Body:
        """Deletes a transaction; lists cannot be deleted there. Raises Stale, NotThere."""
        text = exact_json({"Id": remote_id, "SyncToken": sync_token})
        return self._write(entity, lambda qb: qb.delete_object(entity, text, request_id=request_id or None))

    def read(self, entity: str, remote_id: str) -> Body:
        """The record as it is there. Raises NotThere only when QuickBooks says that there is none."""
        return self._entity(entity, self._call(lambda qb: qb.get_single_object(entity, remote_id)), Away)

    def find(self, entity: str, remote_id: str) -> Body | None:
        """The record as it is there; None when QuickBooks says that there is none, never because a read failed."""
        try:
            return self.read(entity, remote_id)
        except NotThere:
            return None

    def company_info(self) -> Body:
        return self.read("CompanyInfo", self.realm)

    def preferences(self) -> Body:
        def ask(qb: QuickBooks) -> Body:
            return qb.get(f"{qb.api_url}/company/{self.realm}/preferences")

        return self._entity("Preferences", self._call(ask), Away)

    def query(self, entity: str, where: str = "") -> Iterator[Body]:
        """All records that fit, page by page in the order of their Ids: rows that come and go shift no page.

        `where` is in QuickBooks' grammar, its texts by `quoted`. Lists hold only active ones unless `where` says so.
        """
        last = ""
        while True:
            found = self._page(entity, where, last)
            yield from found
            if len(found) < PAGE:
                return
            last = str(max(int(record["Id"]) for record in found))

    def count(self, entity: str, where: str = "") -> int:
        """How many records fit."""
        select = f"SELECT COUNT(*) FROM {entity}" + (f" WHERE {where}" if where else "")
        return int(self._ask(select).get("totalCount", 0))

    def _page(self, entity: str, where: str, last: str) -> list[Body]:
        conditions = [part for part in (where, last and f"Id > {quoted(last)}") if part]
        filtered = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        found = self._ask(f"SELECT * FROM {entity}{filtered} ORDERBY Id ASC MAXRESULTS {PAGE}")
        return list(found.get(entity, []))

    def _ask(self, select: str) -> Body:
        # A POST, so that its length has no limit; it changes nothing.
        answer = self._call(lambda qb: qb.query(select.encode()))
        if "QueryResponse" not in answer:
            raise Away
        return dict(answer["QueryResponse"])

    def _write(self, entity: str, send: Callable[[QuickBooks], Body]) -> Body:
        return self._entity(entity, self._call(send, is_write=True), Unknown)

    def _entity(self, entity: str, answer: Body, otherwise: type[Away | Unknown]) -> Body:
        if not isinstance(answer.get(entity), dict):
            raise otherwise
        return dict(answer[entity])

    def _call(self, send: Callable[[QuickBooks], Body], *, is_write: bool = False) -> Body:
        """Sends once, and once more with another token where the first is refused."""
        token = self._token or tokens.access_token(at=self.now())
        try:
            return self._send(send, token, is_write)
        except AccessExpired as error:
            if self._token:
                raise AccessLost from error
        token = tokens.refresh_after_401(refused=token, at=self.now())
        try:
            return self._send(send, token, is_write)
        except AccessExpired as error:
            tokens.lose(refused=token, at=self.now())
            raise AccessLost from error

    def _send(self, send: Callable[[QuickBooks], Body], token: str, is_write: bool) -> Body:
        self._await_turn()
        library = _Library(company_id=self.realm, minorversion=MINOR_VERSION, use_decimal=True)
        # Not closed: that would close the sockets that all share.
        library.session, library.is_write = _Session(token), is_write
        try:
            return send(library)
        except Throttled:
            jitter = timedelta(seconds=random.uniform(0, MOST_JITTER_SECONDS))
            now = _wall_clock()
            limits.pause(PROVIDER, self.realm, until=now + timedelta(seconds=60) + jitter, at=now)
            raise
        except Refused as refused:
            if refused.code == SUBSCRIPTION_LAPSED and not self._token:
                tokens.restrict(message=refused.message, at=self.now())
            raise
        except AccessLost:
            if not self._token:
                tokens.lose(refused=token, at=self.now())
            raise

    def _await_turn(self) -> None:
        while True:
            try:
                return limits.take(PROVIDER, self.realm, _wall_clock(), PER_MINUTE, PER_SECOND)
            except Throttled as throttled:
                if throttled.after > PATIENCE:
                    raise
                time.sleep(throttled.after.total_seconds())


def _wall_clock() -> datetime:
    """The limit is one of real seconds, whatever instant the operation is told."""
    return datetime.fromtimestamp(time.time(), UTC)


def company(at: datetime) -> Gateway:
    """The firm's own books. Raises AccessLost where it is connected with none."""
    connection = tokens.current_connection()
    if connection is None:
        raise AccessLost
    return Gateway(connection.account_id, at=at)


def quoted(text: str) -> str:
    """A text of the query language; the library escapes apostrophes but not the backslashes before them."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
