"""The commands of the deployment's files run, and its health checks tell who lives."""

import json

from tests.faults.conftest import Caller
from tests.faults.installation import BUILD, Installation
from tests.waiting import wait_until


def test_the_services_pass_their_own_health_checks(installation: Installation) -> None:
    assert installation.health_check("web")
    installation.start("celery-worker", "worker", "--hostname", "celery@psa.example.com")
    wait_until(lambda: installation.health_check("worker"), what="the worker's answer")
    installation.kill("celery-worker")


def test_set_up_may_run_at_each_start(installation: Installation) -> None:
    assert installation.manage("set_up") == ""
    assert "0 migrated, 0 failed" in installation.manage("migrate_firms")


def test_visitors_are_sent_to_https_and_probes_are_not(installation: Installation) -> None:
    answer = installation.ask("GET", "/", **{"X-Forwarded-Proto": "http"})
    assert (answer.status, answer.headers["Location"]) == (301, "https://psa.example.com/")
    page = installation.ask("GET", "/")
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]


def test_static_files_are_hashed_compressed_and_kept(installation: Installation) -> None:
    page = installation.ask("GET", "/").body.decode()
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = installation.ask("GET", path, **{"Accept-Encoding": "br, gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] in ("br", "gzip")
    assert "immutable" in answer.headers["Cache-Control"]


def test_one_id_follows_a_wish_from_the_caller_to_the_worker(
    installation: Installation, caller: Caller
) -> None:
    (role,) = installation.rows(caller.slug, "SELECT id FROM people_role WHERE name = 'Staff'")
    answer = installation.ask(
        "POST",
        "/api/v1/invitations",
        {"email": "traced@people.example", "name": "T", "role_ids": [role["id"]]},
        slug=caller.slug,
        **{"Authorization": f"Bearer {caller.token}", "X-Request-ID": "caller-4711"},
    )
    assert (answer.status, answer.headers["X-Request-ID"]) == (201, "caller-4711")

    def told(name: str) -> list[dict[str, object]]:
        lines = (BUILD / f"{name}.log").read_text().splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{") and "caller-4711" in line]
        return [line for line in found if line["request_id"] == "caller-4711"]

    wait_until(lambda: told("worker"), what="the worker's line")
    (line,) = told("web")
    assert (line["firm"], line["path"], line["status"]) == ("firm_faults", "/api/v1/invitations", 201)
    assert {line["firm"] for line in told("worker")} == {"firm_faults"}
    wait_until(
        lambda: (
            b'psa_tasks_total{state="SUCCESS",task="core.deliver_outbox"}'
            in installation.ask("GET", "/metrics", Authorization="Bearer watching").body
        ),
        what="the worker's count",
    )


def test_a_backup_is_made_beside_the_running_product(installation: Installation, caller: Caller) -> None:
    archive = BUILD / "backup.tar"
    installation.manage("backup", "--all", "--to", str(archive))
    assert f"{caller.slug}: whole" in installation.manage("restore", str(archive), "--check")
    restored = installation.manage("restore", str(archive), "--firm", caller.slug, "--replace")
    assert f"{caller.slug}: restored, row for row" in restored
    assert caller.get("me").status == 200
