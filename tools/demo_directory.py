"""The demo's directory: its secrets, its ports and the mark that makes it safe to delete.

python -m tools.demo_directory reset    deletes DATA_DIR if it is a directory of the demo
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import IO

from tools.processes import CannotRun, free_port, port_is_free

ROOT = Path(__file__).resolve().parent.parent
MARK = "psa-demo"


def chosen() -> Path:
    """DATA_DIR, or .demo in the project."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".demo").expanduser().resolve()


def prepare(directory: Path) -> None:
    """Makes and marks the directory. Raises CannotRun if it holds something that is not ours."""
    if directory.exists() and not directory.is_dir():
        raise CannotRun(f"DATA_DIR is {directory}, which is not a directory: choose another.")
    if directory.exists() and any(directory.iterdir()) and not (directory / MARK).exists():
        raise CannotRun(f"{directory} holds other files: choose an empty directory as DATA_DIR.")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    (directory / MARK).touch()


def hold(directory: Path) -> IO[str]:
    """Takes the directory for this process, until the returned file is closed. Raises CannotRun if another has it."""
    lock = (directory / MARK).open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotRun(
            f"Another demo runs with the data in {directory}: stop it first, or choose another DATA_DIR."
        ) from None
    os.set_inheritable(lock.fileno(), False)
    return lock


def made_once(directory: Path) -> dict[str, str]:
    """The secrets of this demo, made at its first start and readable by their owner only."""
    path = directory / "secrets.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    except FileNotFoundError:
        pass
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "field_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "database_password": secrets.token_hex(16),
        "redis_password": secrets.token_hex(16),
        "stripe_api_key": "sk_test_" + secrets.token_hex(16),
        "stripe_webhook_secret": "whsec_" + secrets.token_hex(16),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file, indent=1)
    return made


def ports(directory: Path, web: int) -> dict[str, int]:
    """The ports of everything but the web server: those of last time where they are free, else new ones."""
    path = directory / "ports.json"
    try:
        wanted: dict[str, int] = json.loads(path.read_text())
    except FileNotFoundError:
        wanted = {"sandbox": web + 1, "smtp": web + 2}
    taken = {web}
    found = {}
    for name in ("sandbox", "smtp", "postgres", "redis"):
        port = wanted.get(name, 0)
        while port in taken or not port or not port_is_free(port):
            port = free_port()
        found[name] = port
        taken.add(port)
    path.write_text(json.dumps(found, indent=1))
    return found


def reset(directory: Path) -> None:
    """Deletes the demo's directory. Raises CannotRun if it is not one, or if a demo runs in it."""
    if not directory.exists():
        return
    if not (directory / MARK).is_file():
        raise CannotRun(f"{directory} is no directory of the demo, so it is not deleted.")
    with hold(directory):
        shutil.rmtree(directory)


if __name__ == "__main__":
    try:
        if sys.argv[1:] != ["reset"]:
            raise CannotRun("python -m tools.demo_directory reset")
        reset(chosen())
    except CannotRun as problem:
        sys.exit(str(problem))
