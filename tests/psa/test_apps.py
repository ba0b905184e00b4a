"""How the assembled application starts."""

import subprocess
import sys


def test_every_process_hands_work_to_the_same_broker() -> None:
    """Without our application loaded, Celery's own default would look for another broker."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from core.tasks import deliver_outbox as task; "
            "print(task.app.main, task.app.conf.broker_url)",
        ],
        env={"DJANGO_SETTINGS_MODULE": "psa.settings", "REDIS_URL": "redis://127.0.0.1:6/3", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["psa", "redis://127.0.0.1:6/3"]
