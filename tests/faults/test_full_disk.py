"""The disk is full while an invoice is issued: the invoice stands, its PDF is made when there is room."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.conftest import Caller
from tests.faults.installation import Installation
from tests.waiting import wait_until

KIND = "billing.render_pdf"


@contextmanager
def full(directory: Path) -> Iterator[None]:
    """No room in the directory: a file system of one page; a file in its place for who may not mount one."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=4k", "psa-full", str(directory)]
    is_mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    if is_mounted:
        (directory / "filler").write_bytes(b"x" * 4096)
    else:
        directory.rmdir()
        directory.write_text("in the way")
    try:
        yield
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(directory)], check=True)
        else:
            directory.unlink()


def rendering(caller: Caller, invoice: int) -> dict[str, Any]:
    """The outbox row of the invoice's PDF."""
    return caller.installation.rows(
        caller.slug,
        "SELECT state, attempts, last_error FROM core_outboxrow"
        " WHERE kind = %s AND (payload->>'invoice_id')::int = %s",
        KIND,
        invoice,
    )[0]


def test_the_invoice_stands_and_the_pdf_is_made_later(installation: Installation, caller: Caller) -> None:
    rows = installation.rows
    rows(caller.slug, "UPDATE timesheets_timeentry SET state = 'APPROVED'")
    (project,) = rows(caller.slug, "SELECT id FROM projects_project")
    (entry,) = rows(caller.slug, "SELECT max(worked_on) AS through FROM timesheets_timeentry")
    drafted = caller.post("invoices", {"project_id": project["id"], "through": str(entry["through"])})
    assert drafted.status == 201, drafted.body
    invoice, version = drafted.json()["id"], drafted.json()["version"]
    folder = installation.files(caller.slug)
    with full(folder):
        issued = caller.post(f"invoices/{invoice}/issue", {"version": version})
        assert issued.status == 200, issued.body
        assert issued.json()["number"]
        wait_until(lambda: rendering(caller, invoice)["last_error"], what="the failure")
        found = rendering(caller, invoice)
        assert (found["state"], found["attempts"]) == ("QUEUED", 1)
        assert "The PDF could not be written" in found["last_error"]
        assert caller.get(f"invoices/{invoice}").json()["number"] == issued.json()["number"]
    installation.let_time_pass(caller.slug, 5)
    installation.tick()
    wait_until(lambda: rendering(caller, invoice)["state"] == "DONE", what="the PDF")
    answer = caller.get(f"invoices/{invoice}/pdf")
    assert (answer.status, answer.body[:5]) == (200, b"%PDF-")
    (stored,) = [path for path in folder.rglob("*") if path.is_file()]
    assert stored.read_bytes() == answer.body
