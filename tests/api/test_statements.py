"""Lists cost the same statements however many rows they have."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.issuing import issue_invoice
from billing.models import Payment
from billing.receiving import record_payment
from tests.api.conftest import Program
from tests.billing.work import drafted, log
from tests.cast import NOW, TODAY, Cast
from tests.timesheets.sheets import submit
from tests.timesheets.work import add_time

Api = Callable[..., Program]
LISTS = (
    "/time-entries",
    "/approvals/time",
    "/approvals/time/sheets",
    "/weeks/2026-11-25?staff_id={staff}",
    "/unbilled",
    "/unbilled/entries",
    "/invoices",
    "/payments",
    "/receivables?on=2026-11-25",
    "/ledger/entries",
    "/ledger/accounts",
    "/postings/invoice",
    "/postings/time",
)


def furnish(cast: Cast) -> None:
    """One more of everything."""
    add_time(cast, minutes=10)
    submit(cast.member, [add_time(cast, minutes=10)])
    log(cast.member, cast.design, 10, day=TODAY)
    invoice = issue_invoice(invoice=drafted(cast, 60, 30), by=cast.finance, on=TODAY, at=NOW)
    record_payment(
        invoice=invoice,
        amount=Decimal(10),
        method=Payment.Method.CHECK,
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    log(cast.member, cast.design, 10, day=TODAY)


@pytest.mark.parametrize("path", LISTS)
def test_statements_do_not_grow_with_rows(cast: Cast, api: Api, path: str) -> None:
    olu = api(cast.owner)
    address = path.format(staff=cast.member.staff_member.pk)
    counted = []
    for more in (1, 3):
        for _ in range(more):
            furnish(cast)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            olu.get(address)
        assert olu.status == 200
        counted.append(len(queries))
    assert counted[1] <= counted[0], address
