"""PostgreSQL and Redis are killed under load: what was acknowledged is there, once; mail goes once; all recovers."""

from collections import Counter
from typing import Any

from tests.faults.conftest import Caller
from tests.faults.installation import Installation
from tests.faults.load import Invitations
from tests.waiting import wait_until

NUMBER = 60


def staff_role(caller: Caller) -> int:
    return int(
        caller.installation.rows(caller.slug, "SELECT id FROM people_role WHERE name = 'Staff'")[0]["id"]
    )


def mails(caller: Caller, name: str) -> list[dict[str, Any]]:
    return caller.installation.rows(
        caller.slug, 'SELECT state, "to"[1] AS address FROM core_mail WHERE "to"[1] LIKE %s', f"{name}-%"
    )


def arrived(caller: Caller, name: str) -> Counter[str]:
    """How often each person's mailbox got the mail."""
    return Counter(mail["to"] for mail in caller.installation.sandbox.mails(f"{name}-"))


def each_once(caller: Caller, load: Invitations, answers: list[dict[str, Any]]) -> None:
    """Nothing acknowledged is lost, nothing is there twice."""
    wanted = {load.address(n) for n in range(load.number)}
    assert {answer["email"] for answer in answers} == wanted
    kept = caller.installation.rows(
        caller.slug, "SELECT id, email FROM people_invitation WHERE email LIKE %s", f"{load.name}-%"
    )
    assert {row["id"]: row["email"] for row in kept} == {answer["id"]: answer["email"] for answer in answers}
    assert len(kept) == load.number


def mailed_once(caller: Caller, load: Invitations) -> None:
    """Each mail left once. One that a killed connection interrupted is shown as not sure, and not sent again."""

    def settled() -> bool:
        states = {mail["state"] for mail in mails(caller, load.name)}
        return states <= {"SENT", "UNSURE"}

    installation = caller.installation
    for _ in range(6):
        wait_until(lambda: settled() or installation.is_quiet(caller.slug), what="an end of the work")
        if settled():
            break
        # Longer than a silent worker is waited for; then the clock ticks.
        installation.let_time_pass(caller.slug, 6)
        installation.tick()
    found = {mail["address"]: mail["state"] for mail in mails(caller, load.name)}
    assert len(found) == load.number
    times = arrived(caller, load.name)
    assert set(times.values()) == {1}
    assert {address for address, state in found.items() if state == "SENT"} <= times.keys()
    assert list(found.values()).count("UNSURE") <= 4


def test_postgres_is_killed_under_load(installation: Installation, caller: Caller) -> None:
    load = Invitations(caller, "database", NUMBER, staff_role(caller))
    wait_until(lambda: load.made >= NUMBER // 4, what="the first quarter")
    installation.kill_postgres()
    wait_until(lambda: load.failures, what="a failure that somebody sees")
    answer = installation.ask("GET", "/readyz")
    assert (answer.status, answer.body) == (503, b"database does not answer")
    assert installation.ask("GET", "/healthz").status == 200
    installation.start_postgres()
    wait_until(installation.is_ready, what="readiness")
    each_once(caller, load, load.wait())
    mailed_once(caller, load)


def test_redis_is_killed_under_load_and_comes_back_empty(installation: Installation, caller: Caller) -> None:
    load = Invitations(caller, "queue", NUMBER, staff_role(caller))
    wait_until(lambda: load.made >= NUMBER // 4, what="the first quarter")
    installation.kill_redis()
    answer = installation.ask("GET", "/readyz")
    assert (answer.status, answer.body) == (503, b"redis does not answer")
    before = load.made
    wait_until(lambda: load.made >= before + 8, what="work without a queue")
    page = installation.ask("GET", "/account/sign-in/", slug=caller.slug)
    assert page.status == 200
    installation.start_redis()
    wait_until(installation.is_ready, what="readiness")
    each_once(caller, load, load.wait())
    mailed_once(caller, load)


def test_a_worker_is_killed_while_mails_leave(installation: Installation, caller: Caller) -> None:
    load = Invitations(caller, "worker", NUMBER, staff_role(caller))
    wait_until(lambda: len(arrived(caller, "worker")) >= NUMBER // 4, what="the first quarter")
    installation.kill("worker")
    each_once(caller, load, load.wait())
    installation.start_worker()
    mailed_once(caller, load)


def test_the_clock_runs_twice(installation: Installation, caller: Caller) -> None:
    """Two clocks, two workers, and a queue that was lost: what is due goes once."""
    installation.kill("worker")
    load = Invitations(caller, "clock", 40, staff_role(caller))
    each_once(caller, load, load.wait())
    installation.queue().flushdb()
    installation.start("beat")
    installation.start("second-beat", "beat")
    installation.start("second-worker", "worker", "--hostname", "second-worker@psa.example.com")
    installation.start_worker()
    wait_until(lambda: len(arrived(caller, "clock")) == 40, seconds=40, what="the mails")
    assert arrived(caller, "clock") == Counter({load.address(n): 1 for n in range(40)})
    page = installation.ask("GET", "/metrics", Authorization="Bearer watching").body.decode()
    assert 'psa_fan_out_timestamp_seconds{task="core.drain_outbox"}' in page
