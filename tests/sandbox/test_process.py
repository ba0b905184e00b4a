"""Starting and ending."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.stand_ins import ROOT, Sandbox, run_sandbox


def start(folder: Path, http_port: int, smtp_port: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "sandbox", "--data-dir", str(folder)]
    command += ["--http-port", str(http_port), "--smtp-port", str(smtp_port)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


def test_a_taken_port_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    for http_port, smtp_port in ((sandbox.http_port, 0), (0, sandbox.smtp_port)):
        ended = start(tmp_path, http_port, smtp_port)
        assert ended.returncode == 1
        assert "cannot listen on ports" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_it_ends_at_once_and_quietly(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as sandbox:
        sandbox.stripe().v1.events.list()  # leaves a connection open
        began = time.monotonic()
        sandbox.process.send_signal(signal.SIGTERM)
        assert sandbox.process.wait(10) == 0
        assert time.monotonic() - began < 2


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as sandbox:
        assert sandbox.process.stdin
        sandbox.process.stdin.close()
        assert sandbox.process.wait(10) == 0
