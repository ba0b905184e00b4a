"""How the assembled application starts."""

import subprocess
import sys


def test_every_thread_hands_work_to_the_same_broker() -> None:
    """Without our application loaded, Celery's own default would look for another broker."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django, threading; django.setup(); from core.tasks import deliver_outbox as task; "
            "tell = lambda: print(task.app.main, task.app.conf.broker_url); tell(); "
            "thread = threading.Thread(target=tell); thread.start(); thread.join()",
        ],
        env={"DJANGO_SETTINGS_MODULE": "psa.settings", "REDIS_URL": "redis://127.0.0.1:6/3", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    # In the first thread and in those of the web server.
    assert told.stdout.splitlines() == ["psa redis://127.0.0.1:6/3"] * 2
