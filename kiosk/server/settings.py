"""Django's settings: from the environment, and from what is kept in the data folder. Everything has a safe default.

KIOSK_SERVER_DATA             folder with database, media and keys (`--data`)
KIOSK_SERVER_ORIGIN           how browsers reach it, such as https://interviews.example.org; without it: loopback only
KIOSK_SERVER_HOSTS            more names that it answers to, with commas
KIOSK_SERVER_BEHIND_PROXY     1 when a reverse proxy of yours is in front: its X-Forwarded-For and -Proto are believed
KIOSK_SERVER_NAME             what the server calls itself in receipts; the host's name by default
KIOSK_SERVER_DATABASE         postgres://USER:PASSWORD@HOST:PORT/NAME instead of SQLite
KIOSK_SERVER_DATABASE_WAIT    seconds to wait for a locked database (20)
KIOSK_SERVER_STORAGE          s3: an object store instead of DATA/media, with KIOSK_SERVER_S3_BUCKET, _ENDPOINT and
                              _REGION; the keys come from where boto3 looks for them
KIOSK_SERVER_RESERVE_MIB      what stays free on the disk (512); nothing is accepted below
KIOSK_SERVER_ADMIN_PASSWORD   of the first administrator; otherwise one is made and printed once
KIOSK_SERVER_SIGN_IN_LIMIT    wrong passwords before a pause of 15 minutes (5)
"""

import os
import platform
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import platformdirs

from kiosk.server import keys
from kiosk.system import host, places

_FOLDER: Final = Path(__file__).resolve().parent


def _number(name: str, default: float) -> float:
    try:
        return float(os.environ.get(name, "") or default)
    except ValueError:
        raise ValueError(f"{name} must be a number.") from None


# ── Where ───────────────────────────────────────────────────────────────────────────────────────────────────────────

DATA: Final = Path(
    os.environ.get("KIOSK_SERVER_DATA") or platformdirs.user_data_path("interview-kiosk-server", appauthor=False)
).absolute()
host.private_folder(DATA)

SERVER_NAME: Final = os.environ.get("KIOSK_SERVER_NAME") or platform.node() or "interview-kiosk-server"
RESERVE_BYTES: Final = int(_number("KIOSK_SERVER_RESERVE_MIB", 512) * 1024 * 1024)

SECRET_KEY = keys.secret_key(DATA)
DEBUG = False

# ── Who may reach it ────────────────────────────────────────────────────────────────────────────────────────────────

_ORIGIN: Final = os.environ.get("KIOSK_SERVER_ORIGIN", "").rstrip("/")
_HTTPS: Final = _ORIGIN.startswith("https://")
TRUSTED_PROXY: Final = os.environ.get("KIOSK_SERVER_BEHIND_PROXY") == "1"

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [name for name in os.environ.get("KIOSK_SERVER_HOSTS", "").split(",") if name]
if _ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(_ORIGIN).hostname or "")
    CSRF_TRUSTED_ORIGINS = [_ORIGIN]
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ── What it is made of ──────────────────────────────────────────────────────────────────────────────────────────────

ROOT_URLCONF = "kiosk.server.urls"
WSGI_APPLICATION = "kiosk.server.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = os.environ.get("TZ") or "UTC"
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "kiosk.server.catalogue",
    "kiosk.server.receive",
    "kiosk.server.finalise",
    "kiosk.server.review",
]
MIDDLEWARE = [
    "kiosk.server.receive.names.KnownName",
    "django.middleware.security.SecurityMiddleware",
    "kiosk.server.receive.direct.Direct",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# ── Database ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _database() -> dict[str, Any]:
    wait = _number("KIOSK_SERVER_DATABASE_WAIT", 20)
    url = os.environ.get("KIOSK_SERVER_DATABASE", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "server.sqlite3",
            "CONN_MAX_AGE": 300,
            "OPTIONS": {
                "timeout": wait,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("KIOSK_SERVER_DATABASE must be a postgres:// address.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": parts.path.lstrip("/"),
        "CONN_HEALTH_CHECKS": True,
        # Of one process. A request holds a connection only while it asks: never while a body comes or goes.
        "OPTIONS": {"connect_timeout": int(wait), "pool": {"min_size": 1, "max_size": 20, "timeout": wait}},
    }


DATABASES = {"default": _database()}

# Counts wrong codes for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": host.private_folder(DATA / "cache"),
    }
}

# ── Media and static files ──────────────────────────────────────────────────────────────────────────────────────────

MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"  # never routed: playback addresses are signed and come from review
SPOOL_FOLDER: Final = host.private_folder(DATA / "spool")
S3: Final = os.environ.get("KIOSK_SERVER_STORAGE", "") == "s3"
_S3_ENDPOINT: Final = os.environ.get("KIOSK_SERVER_S3_ENDPOINT") or None
_S3_BUCKET: Final = os.environ.get("KIOSK_SERVER_S3_BUCKET", "")

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "kiosk.server.storage.DurableStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {"BACKEND": "kiosk.server.staticfiles.Marked"},
}
if S3:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _S3_BUCKET,
            "endpoint_url": _S3_ENDPOINT,
            "region_name": os.environ.get("KIOSK_SERVER_S3_REGION") or None,
            # Links to Amazon name the region's own host: the one for all regions answers with a redirect that the
            # signature is not good for. A name with dots has no certificate there.
            "addressing_style": "auto" if _S3_ENDPOINT or "." in _S3_BUCKET else "virtual",
            "file_overwrite": True,
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 600,
            "signature_version": "s3v4",
        },
    }

STATIC_URL = "/static/"
STATICFILES_DIRS = [("fonts", places.asset("fonts"))]
WHITENOISE_MAX_AGE = 30 * 86_400  # seconds; another file has another address
WHITENOISE_USE_FINDERS = True  # static files stand in the packages; there is nothing to collect

# ── Signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

AXES_FAILURE_LIMIT = int(_number("KIOSK_SERVER_SIGN_IN_LIMIT", 5))
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "kiosk.server.review.sign_in.locked_out"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_SELF: Final = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": _SELF,
        "media-src": _SELF,  # and on a page with a player, where an object store sends from
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# ── Logs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(process)d %(threadName)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
