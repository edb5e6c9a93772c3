"""The one settings file. Every reader of the environment fails loudly on a value it cannot use."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from isthmus.core.outbound.allowed import Allowed, read_allowed
from isthmus.core.secrets import load_secrets


class SettingError(SystemExit):
    """A setting cannot be used: one sentence, no stack trace."""


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    raise SettingError(f"{name} must be yes or no, not {value!r}.")


def _whole_number(name: str, *, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit():
        raise SettingError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


PACKAGE_DIR = Path(__file__).resolve().parent
ISTHMUS_HOME = Path(os.environ.get("ISTHMUS_HOME", "var")).resolve()
ISTHMUS_HOME.mkdir(parents=True, exist_ok=True)
LEDGER_DIR = ISTHMUS_HOME / "ledger"

SECRETS = load_secrets(ISTHMUS_HOME)
SECRET_KEY = SECRETS.signing
DEBUG = _flag("ISTHMUS_DEBUG", default=False)
PUBLIC_URL = os.environ.get("ISTHMUS_URL", "").rstrip("/")
ALLOWED_HOSTS = [
    host for host in os.environ.get("ISTHMUS_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host.strip()
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "isthmus.core.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # IMMEDIATE: a read that wants to become a write fails at once otherwise (measured).
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: committed means durable, also when the power fails.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=268435456;"
                "PRAGMA secure_delete=ON;"  # What is deleted must not stay readable in the file.
                "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
                # Pages: `core.sqlite.log` comes before, so that nobody's commit pays for another's pages.
                "PRAGMA wal_autocheckpoint=16000;"
            ),
        },
        # A file, so that browser tests and killed processes see the same database.
        "TEST": {"NAME": str(ISTHMUS_HOME / f"test-{os.getpid()}.sqlite3")},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise SettingError("DATABASE_URL names no database: postgresql://user:password@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": f"test_isthmus_{os.getpid()}"},
    }


def _database() -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return _sqlite(ISTHMUS_HOME / "isthmus.sqlite3")
    if url.startswith("sqlite:///"):
        return _sqlite(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgres://", "postgresql://")):
        return _postgres(url)
    raise SettingError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "workspace.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "tree_queries",
    "csp",
    "axes",
    "isthmus.core",
    "isthmus.ledger",
    "isthmus.workspace",
    "isthmus.files",
    "isthmus.people",
    "isthmus.collect",
    "isthmus.metrics",
    "isthmus.messages",
    "isthmus.flows",
    "isthmus.leads",
    "isthmus.marketing",
    "isthmus.sales",
    "isthmus.insight",
    "isthmus.money",
    "isthmus.handoff",
    "isthmus.meetings",
    "isthmus.imports",
    "isthmus.bulk",
    "isthmus.webhooks",
    "isthmus.quality",
    "isthmus.automation",
    "isthmus.territories",
    "isthmus.simulate",
    "isthmus.web",
    "isthmus.api",
    "isthmus.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "isthmus.workspace.middleware.ActorMiddleware",
    "isthmus.web.middleware.CompanyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

_TEMPLATE_LOADERS: Any = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(str(p) for p in (PACKAGE_DIR / "web").glob("*/templates")),
        "OPTIONS": {
            "loaders": _TEMPLATE_LOADERS,
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "isthmus.web.templatetags.isthmus",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "isthmus.web.context.frame",
            ],
        },
    },
]
TEMPLATES[0]["DIRS"] = [str(PACKAGE_DIR / "web" / "templates"), *TEMPLATES[0]["DIRS"]]

ROOT_URLCONF = "isthmus.web.urls"
WSGI_APPLICATION = "isthmus.web.wsgi.application"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_IPWARE_PROXY_COUNT = _whole_number("ISTHMUS_PROXIES", default=0)

_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-isthmus" if _HTTPS else "isthmus"
CSRF_FAILURE_VIEW = "isthmus.web.errors.csrf_failed"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "isthmus-csrf"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_SSL_REDIRECT = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    },
}

LANGUAGE_CODE = "en"
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = "UTC"  # Storage. The company's own zone is in workspace.Company.
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ISTHMUS_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get(
            "ISTHMUS_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = True


_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def _mail_server(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        known = bool(parts.scheme in _MAIL_PORTS and parts.hostname and parts.port != 0)
    except ValueError:  # A port that is none.
        known = False
    if not known:
        raise SettingError("ISTHMUS_SMTP must look like smtp+starttls://user:password@mail.example.com:587.")
    return parts


_SMTP = os.environ.get("ISTHMUS_SMTP", "").strip()
_MAIL = _mail_server(_SMTP or "smtp://localhost")
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname, _MAIL.port or _MAIL_PORTS[_MAIL.scheme]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.scheme == "smtp+starttls", _MAIL.scheme == "smtps"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = os.environ.get(
    "ISTHMUS_EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if _SMTP else 'console'}.EmailBackend"
)
# Without a mail server mail is printed in the log, where nobody waits for it.
SENDS_MAIL = not EMAIL_BACKEND.endswith("console.EmailBackend")
DEFAULT_FROM_EMAIL = os.environ.get("ISTHMUS_FROM", "isthmus@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ISTHMUS_LOG", "WARNING").upper()},
}

# The analytical engine: per process, not 80 % of the machine each (DuckDB's default).
ENGINE_MEMORY_MB = _whole_number("ISTHMUS_ENGINE_MEMORY_MB", default=1024)
ENGINE_THREADS = _whole_number("ISTHMUS_ENGINE_THREADS", default=2)

# Files that are brought for an import in the browser.
IMPORT_UPLOAD_MB = _whole_number("ISTHMUS_IMPORT_UPLOAD_MB", default=512)
IMPORT_FILES_AT_ONCE = 20
IMPORT_KEEP_DAYS = _whole_number("ISTHMUS_IMPORT_KEEP_DAYS", default=14)

# Files that are attached to records. The reserve is what they leave free of the disk.
ATTACHED_FILE_MB = _whole_number("ISTHMUS_FILE_MB", default=25)
ATTACHED_RESERVE_MB = _whole_number("ISTHMUS_FILE_RESERVE_MB", default=1000)
ATTACHED_FILES_AT_ONCE = 20
ATTACHED_KEEP_DAYS = _whole_number("ISTHMUS_FILE_KEEP_DAYS", default=30)

# A mail is no larger than that with all that is attached to it, as it travels: most servers take no more.
MAIL_MB = _whole_number("ISTHMUS_MAIL_MB", default=25)

# A mail that a server put off is tried again after so long; later tries wait longer in proportion.
MAIL_WAIT_SECONDS = _whole_number("ISTHMUS_MAIL_WAIT_SECONDS", default=60)

# Webhooks go to the open internet by https alone. For trying them out: also to this very machine.
OUTBOUND_TO_THIS_MACHINE = _flag("ISTHMUS_OUTBOUND_TO_THIS_MACHINE", default=False)


def _outbound_allowed() -> tuple[Allowed, ...]:
    try:
        return read_allowed(os.environ.get("ISTHMUS_OUTBOUND_ALLOWED", ""))
    except ValueError as error:
        raise SettingError(
            "ISTHMUS_OUTBOUND_ALLOWED must list hosts and networks like cloud.office.lan, 192.168.10.0/24 or "
            f"http://10.0.0.7, none wider than /8; {str(error)!r} is none."
        ) from None


# Servers in one's own network that may be called although they are not of the open internet.
OUTBOUND_ALLOWED = _outbound_allowed()
