"""What the command line decides."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Addresses, keys and manners of one running sandbox."""

    data_dir: Path
    public_url: str  # what a browser uses, without a slash at its end
    api_key: str  # the platform's secret key, sk_test_…
    webhook_secret: str  # signs the deliveries, whsec_…
    webhook_url: str = ""  # empty: events wait until a target is set
    webhook_host: str = ""  # Host header of a delivery; *.localhost resolves in browsers only
    quickbooks_client_id: str = "sandbox-client"  # the registered application
    quickbooks_client_secret: str = "sandbox-secret"
    quickbooks_redirect_urls: tuple[str, ...] = ()  # where it may be sent back to; empty: anywhere
    quickbooks_webhook_url: str = ""  # the same for QuickBooks
    quickbooks_verifier: str = "sandbox-verifier"  # signs what it tells
    is_throttled: bool = True  # QuickBooks counts its calls
    host: str = "127.0.0.1"
    http_port: int = 8100
    smtp_port: int = 8125
    is_strict: bool = True  # unknown parameters are refused
    ends_with_stdin: bool = False  # a test's sandbox ends with the test
