"""Settings, from the environment only. What each variable means stands in docs/operations.md."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = os.environ.get("PRODUCTION", "0") == "1"
DEBUG = os.environ.get("DEBUG", "0") == "1" and not PRODUCTION
DEMO = os.environ.get("DEMO", "0") == "1"


def required(name: str, fallback: str) -> str:
    """The variable's value; outside production a fallback keeps checks and tests running."""
    value = os.environ.get(name, "")
    if value:
        return value
    if PRODUCTION:
        raise RuntimeError(f"Set the environment variable {name}.")
    return fallback


SECRET_KEY = required("SECRET_KEY", "development-only-" + "x" * 50)
# Fernet keys for secrets at rest, newest first; older ones still decrypt.
FIELD_KEYS = required("FIELD_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=").split(",")

# Hosts: the root host answers sign-up and vendors' webhooks, each firm has its own host below it.
BASE_DOMAIN = os.environ.get("BASE_DOMAIN", "localhost")
PUBLIC_SCHEME = os.environ.get("PUBLIC_SCHEME", "https" if PRODUCTION else "http")
PUBLIC_PORT = os.environ.get("PUBLIC_PORT", "" if PRODUCTION else "8000")
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}"]

DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / ".demo"))
# Where pg_dump and pg_restore are, for backups; without it they are looked for.
PG_BIN_DIR = os.environ.get("PG_BIN_DIR", "")

# django-tenants: the shared apps live in the public schema, everything else in each firm's schema.
SHARED_APPS = ["django_tenants", "tenants"]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "core",
    "people",
    "clients",
    "approvals",
    "projects",
    "staffing",
    "ledger",
    "timesheets",
    "billing",
    "integrations",
    "reports",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "django.contrib.messages",
    "django.contrib.postgres",
    "psa.staticfiles.CollectedFiles",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "django_htmx",
    "psa",
]
TENANT_MODEL = "tenants.Firm"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
TENANT_BASE_SCHEMA = "zz_blueprint"
TENANT_CREATION_FAKES_MIGRATIONS = True
PUBLIC_SCHEMA_URLCONF = "psa.urls_root"
ROOT_URLCONF = "psa.urls_firm"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TEST_RUNNER = "django.test.runner.DiscoverRunner"

MIDDLEWARE = [
    # Sees every answer, and changes nothing of it but the id it adds.
    "psa.observing.RequestMiddleware",
    # Outermost, so that the policy stands on every answer: errors, unknown hosts and redirects too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "psa.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "psa.middleware.ProxyMiddleware",
    "psa.api.middleware.ApiProblemMiddleware",
    "psa.middleware.FirmMiddleware",
    "psa.api.middleware.BearerMiddleware",
    "psa.middleware.FirmSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "psa.middleware.FirmAuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "psa.middleware.FirmLoginRequiredMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "psa.middleware.PersonTimeZoneMiddleware",
    "core.middleware.ToastMiddleware",
    "core.middleware.AuditChannelMiddleware",
    "core.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "psa.context.shell",
            ],
            "builtins": ["django.templatetags.static", "core.templatetags.psa"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "psa.wsgi.application"


def database(url: str) -> dict[str, Any]:
    """Django's database settings from a postgres:// address."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool hands out no connection that a restart of the database broke
        # Only statements that ask for it are prepared (core/prepared.py), after so many uses on a connection.
        "OPTIONS": {"prepare_threshold": 3},
    }


DATABASES = {"default": database(required("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa"))}
if os.environ.get("DATABASE_POOL", "1") == "1":
    # The pool belongs to the process; PgBouncer in transaction mode does not fit (the search path is a session's).
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": int(os.environ.get("DATABASE_POOL_SIZE", "8")),
        "timeout": 10,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL", "redis://127.0.0.1:6399/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Keys are separate for each firm.
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task that was claimed and not finished comes back after this time (seconds); operations are idempotent.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TIMEZONE = "UTC"

# People
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.allauth_adapter.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.allauth_adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.account_forms.SignInForm",
    "reset_password": "people.account_forms.ResetForm",
    "reset_password_from_key": "people.account_forms.NewPasswordForm",
    "change_password": "people.account_forms.PasswordForm",
    "user_token": "people.account_forms.ResetTokenForm",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# How long a mailed reset link works, in seconds.
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# The second step of signing in: codes of an authenticator app, passkeys, and recovery codes for when both are lost.
MFA_ADAPTER = "people.allauth_mfa.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "people.account_forms.SecondStepForm",
    "authenticate_webauthn": "people.account_forms.PasskeyStepForm",
    "login_webauthn": "people.account_forms.PasskeySignInForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey always asks for a fingerprint, a face or a PIN, so that it stands for the person and not for a device.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Codes of one step (30 seconds) before and after count too: telephones' clocks are not exact.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# Requests to the API that one token may make in a minute.
API_REQUESTS_PER_MINUTE = int(os.environ.get("API_REQUESTS_PER_MINUTE", "600"))
# New firms from one network address within an hour.
SIGN_UPS_PER_HOUR = int(os.environ.get("SIGN_UPS_PER_HOUR", "5" if PRODUCTION else "100"))
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Security: strict from the first commit. No inline style, no inline script, nothing from elsewhere.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and os.environ.get("SSL_REDIRECT", "1") == "1"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_PROXY = os.environ.get("BEHIND_PROXY", "0") == "1"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Static files: served by WhiteNoise, with hashed names.
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "build" / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler/css", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css"),
    ("inter", BASE_DIR / "node_modules" / "@fontsource-variable" / "inter"),
    ("chart", BASE_DIR / "node_modules" / "chart.js" / "dist"),
    ("tom-select/js", BASE_DIR / "node_modules" / "tom-select" / "dist" / "js"),
]
ICONS_DIR = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "psa.staticfiles.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILES_MAX_BYTES = 5 * 1024 * 1024

# Mail
_smtp = urlsplit(required("SMTP_URL", "smtp://127.0.0.1:8125"))
MAILERS = {
    "default": {
        "BACKEND": os.environ.get("MAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"),
        "OPTIONS": {
            "host": _smtp.hostname,
            "port": _smtp.port or 25,
            "username": unquote(_smtp.username or ""),
            "password": unquote(_smtp.password or ""),
            "use_tls": _smtp.scheme == "smtp+tls",
            "use_ssl": _smtp.scheme == "smtps",
            "timeout": 15,
        },
    }
}
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", f"mail@{BASE_DOMAIN}")
# How long a mail waits where the page offers to take it back.
MAIL_UNDO_SECONDS = int(os.environ.get("MAIL_UNDO_SECONDS", "15"))

# Stripe
STRIPE_API_KEY = os.environ.get("STRIPE_API_KEY", "")
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_WEBHOOK_SECRETS = [s for s in os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split(",") if s]

# QuickBooks Online. The discovery document is "production", "sandbox", or the address of one.
QUICKBOOKS_CLIENT_ID = os.environ.get("QUICKBOOKS_CLIENT_ID", "")
QUICKBOOKS_CLIENT_SECRET = os.environ.get("QUICKBOOKS_CLIENT_SECRET", "")
QUICKBOOKS_DISCOVERY_URL = os.environ.get("QUICKBOOKS_DISCOVERY_URL", "production")
QUICKBOOKS_API_BASE = os.environ.get("QUICKBOOKS_API_BASE", "https://quickbooks.api.intuit.com/v3")
QUICKBOOKS_WEBHOOK_VERIFIER = os.environ.get("QUICKBOOKS_WEBHOOK_VERIFIER", "")
# Where people open a record there; the stand-in has pages of its own.
QUICKBOOKS_RECORD_URL = os.environ.get(
    "QUICKBOOKS_RECORD_URL", "https://app.qbo.intuit.com/app/{page}?txnId={id}"
)

# The stand-ins' own page, linked from the demo's sign-in page.
SANDBOX_URL = os.environ.get("SANDBOX_URL", "")

LANGUAGE_CODE = "en-us"
# What a client can be written to in: those with a catalogue under locale/ (docs/recipes/add-a-language.md).
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# json for machines that gather lines, line for people.
LOG_FORMAT = os.environ.get("LOG_FORMAT", "json" if PRODUCTION else "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"firm": {"()": "psa.logs.FirmFilter"}, "secrets": {"()": "psa.logs.SecretFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s [%(firm)s] %(name)s: %(message)s"},
        "json": {"()": "psa.logs.JsonLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["firm", "secrets"], "formatter": LOG_FORMAT}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # One line for each answer; elsewhere the web server's own log has them.
        "psa.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        # They tell about every step of every invoice, and every table of every font in it.
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "weasyprint.progress": {"level": "ERROR"},
    },
}
# Who may read /metrics; without a token there is no such page.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
SILENCED_SYSTEM_CHECKS: list[str] = []
