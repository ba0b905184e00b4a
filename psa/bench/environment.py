"""The environment of the benchmark: production's settings, on a database of its own beside the one that is named."""

import os
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit, urlunsplit

PREFIX = "psa_bench"
# Set in the process that makes the database and in all that it starts.
OWN, BESIDE = "BENCH_DATABASE", "BENCH_BESIDE"


def prepare() -> None:
    """Names the own database in DATABASE_URL and gives what production demands. A second call changes nothing."""
    if os.environ.get(OWN):
        return
    beside = os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa")
    name = os.environ.get("BENCH_KEEP") or f"{PREFIX}_{os.getpid()}"
    os.environ |= {
        OWN: name,
        # Every server has this one; the database that is named need not be there yet.
        BESIDE: urlunsplit(urlsplit(beside)._replace(path="/postgres")),
        "DATABASE_URL": urlunsplit(urlsplit(beside)._replace(path=f"/{name}")),
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:6399/0"),
        "PRODUCTION": "1",
        "DEMO": "0",
        "BEHIND_PROXY": "1",
        "BASE_DOMAIN": "bench.example",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "SIGN_UPS_PER_HOUR": "1000000",
        "LOG_LEVEL": "WARNING",
    }
