"""Every fault code of QuickBooks that can meet a posting leads to one of the outbox's four errors, in words."""

from datetime import timedelta

import pytest

from core import outbox
from integrations.links import LinkedAlready
from integrations.quickbooks.bodies import LinkIsMissing
from integrations.quickbooks.faults import AccessLost, Fault, Throttled, raise_for
from integrations.quickbooks.refusals import outbox_errors

LATER = "130 140 150 3001 10000 120 3100 003100 4002 5010"
UNCERTAIN = "600"
OURS = "500 2010 2020 2030 2080 2170 2250 2260 2300 2600 3000 4000 4001 6070 6350 6370 6390"
PERSON = (
    "610 620 630 700 800 900 2050 2190 2220 2500 5020 5030 6000 6100 6140 6160 6170 6190 6200 6210 6230 6240 6250 "
    "6290 6310 6400 6430 6440 6450 6470 6480 6540 10200"
)


def translated(code: str, detail: str = "Its own words") -> outbox.DeliveryError:
    with pytest.raises(outbox.DeliveryError) as raised, outbox_errors("invoice"):
        raise_for(Fault(code.lstrip("0"), detail))
    return raised.value


@pytest.mark.parametrize("code", LATER.split())
def test_what_passes_by_itself_is_tried_again(code: str) -> None:
    assert isinstance(translated(code), outbox.TryAgainLater)


@pytest.mark.parametrize("code", PERSON.split())
def test_what_a_person_can_mend_says_what_and_how(code: str) -> None:
    error = translated(code)
    assert isinstance(error, outbox.NeedsAttention)
    assert "Its own words" in str(error)
    assert error.fix.endswith(".")
    assert code not in str(error)


@pytest.mark.parametrize("code", OURS.split())
def test_our_mistakes_are_given_up_with_their_code(code: str) -> None:
    error = translated(code)
    assert isinstance(error, outbox.NeverWorks)
    assert f"({code} Its own words)" in str(error)


def test_a_busy_request_id_is_read_back() -> None:
    assert isinstance(translated(UNCERTAIN), outbox.Unknown)


@pytest.mark.parametrize("error", [AccessLost(), Throttled(timedelta(seconds=70))])
def test_waiting_for_access_or_a_turn_is_no_failed_try(error: Exception) -> None:
    with pytest.raises(outbox.TryAgainLater) as raised, outbox_errors("time"):
        raise error
    assert raised.value.is_waiting
    assert raised.value.after is not None


def test_a_missing_link_is_a_failed_try() -> None:
    with pytest.raises(outbox.TryAgainLater) as raised, outbox_errors("time"):
        raise LinkIsMissing
    assert not raised.value.is_waiting


def test_a_record_of_another_one_needs_a_person() -> None:
    with pytest.raises(outbox.NeedsAttention), outbox_errors("time"):
        raise LinkedAlready(local_kind="timesheets.timeentry", local_id=1)
