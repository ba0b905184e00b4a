"""What is written to the log: the firm, and no link that lets somebody in."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client as Web
from gunicorn.config import Config

from core import clock
from core.models import Mail
from people.inviting import invite_person
from people.models import Role
from psa.access_log import AccessLog
from psa.logs import FirmFilter, SecretFilter, without_secrets
from tests.cast import Cast


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the console would show."""
    console = logging.StreamHandler(StringIO())
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        console.addFilter({"firm": FirmFilter, "secrets": SecretFilter}[name]())
    console.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger().addHandler(console)
    yield console.stream
    logging.getLogger().removeHandler(console)


def test_an_invitation_that_is_still_good_is_not_written_down(cast: Cast, written: StringIO) -> None:
    role = Role.objects.get(name="Staff")
    invite_person(email="t@hm.example", name="T", roles=[role], by=cast.owner, at=clock.now())
    found = re.search(r"/people/join/([\w-]+)/", Mail.objects.get().text)
    assert found
    answer = Web(headers={"host": "hm.localhost"}).post(found[0], {"name": "T", "password": "weak"})
    assert answer.status_code == 422
    assert "[firm_hm] django.request: Unprocessable" in written.getvalue()
    assert "/people/join/…/" in written.getvalue()
    assert found[1] not in written.getvalue()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("Gone: /pay/5f0c.sig-na_ture/invoice.pdf", "Gone: /pay/…/invoice.pdf"),
        ("Not Found: /hand-over/eyJ:1a:b-c/", "Not Found: /hand-over/…/"),
        ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/…/"),
        ("Not Found: /projects/12/", "Not Found: /projects/12/"),
        ("GET /oauth/quickbooks?code=AB1&state=eyJ:1a HTTP/1.1", "GET /oauth/quickbooks?… HTTP/1.1"),
        ("/connections/quickbooks/back/?code=AB1&state=x", "/connections/quickbooks/back/?…"),
        ("/billing/invoices/?state=draft", "/billing/invoices/?state=draft"),
        ("Paid: /billing/payments/?from=50", "Paid: /billing/payments/?from=50"),
    ],
)
def test_secrets_in_paths(path: str, told: str) -> None:
    assert without_secrets(path) == told


def test_the_web_servers_own_log_has_none_either() -> None:
    log = AccessLog(Config())
    request = SimpleNamespace(headers=[("REFERER", "http://hm.localhost/pay/5f0c.signature/")])
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/people/join/s3cret/?from=mail",
        "PATH_INFO": "/people/join/s3cret/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": "http://hm.localhost/pay/5f0c.signature/",
    }
    answer = SimpleNamespace(status="200 OK", sent=10, headers=[])
    line = str(log.atoms(answer, request, environ, timedelta(seconds=1)))
    assert "/people/join/…/" in line
    assert "s3cret" not in line
    assert "5f0c" not in line
