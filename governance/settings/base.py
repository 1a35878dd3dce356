"""What every installation shares. Read it as a list; the others only override."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from governance.settings import env
from governance.settings.logs import LOGGING as LOGGING
from governance.settings.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from governance.settings.schedule import *

ROOT = env.ROOT
VAR_DIR = env.VAR_DIR
DOCUMENTS_DIR: Path = VAR_DIR / "documents"

DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECRET_KEY = ""

# An origin names a log for ever: it never contains a port (C2SP tlog-checkpoint).
LOG_HOST = env.text("LOG_HOST", "probatum.localhost")
# Who signs the logs' checkpoints, behind a socket: no other process holds a key. Empty,
# as it is in tests alone, means: this process itself, with what lies in SIGNER_DIR.
SIGNER_SOCKET = env.text(
    "SIGNER_SOCKET", str(VAR_DIR / "signer-socket" / "signer.sock")
)
SIGNER_DIR: Path = VAR_DIR / "signer"
# The logs that this installation cosigns as a witness, by their verifier keys; several
# of one name are one log's old and new key. None: it is nobody's witness.
WITNESS_FOR = env.words("WITNESS_FOR")
WITNESS_NAME = env.text("WITNESS_NAME", f"{LOG_HOST}/witness")
# Who cosigns the meta-log, each as `URL VKEY`. None: nobody is asked.
WITNESSES = env.words("WITNESSES")
# Who time-stamps it (RFC 3161), and the PEM files with the roots that its certificate
# must lead to. None: nobody is asked.
TSA_URL = env.text("TSA_URL", "")
TSA_ROOTS = env.words("TSA_ROOTS")
IDEMPOTENCY_SECRET = ""
# Wraps the keys of all payloads; former ones still open what they wrapped.
PAYLOAD_KEK = ""
PAYLOAD_KEKS_FORMER = env.words("PAYLOAD_KEKS_FORMER")
# The hour (UTC) from which each night all logs are read and hashed again.
SCRUB_HOUR = int(env.text("SCRUB_HOUR", "2"))
# Where a worker reaches the web server, when that is not BASE_URL.
CANARY_URL = env.text("CANARY_URL", "")
# With less than this on the disk of VAR_DIR, /healthz is red.
DISK_LEAST_FREE = int(env.text("DISK_LEAST_FREE", "1000000000"))  # bytes

INSTALLED_APPS = [
    "audits.apps.AuditsConfig",
    "registry.apps.RegistryConfig",
    "governance.apps.GovernanceConfig",
    "governance.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "governance.machines.MachinesFirst",
    "governance.limits.BodyLimit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "registry.people.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "registry.people.views.unsent.SignInFirst",
    "registry.people.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "governance.request_log.RequestLog",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["governance.templatetags.probatum"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, Any] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: nobody anonymous holds a permission
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # LIMIT: ASVS 2.1.1
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home:home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds

SESSION_ENGINE = "registry.people.sessions"
SESSION_COOKIE_NAME = "probatum_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: one working day
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "registry.people.views.unsent.form_too_old"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PROXY_HOPS = 0  # how many proxies of ours add to X-Forwarded-For
AXES_CLIENT_IP_CALLABLE = "registry.people.addresses.client_address"
AXES_USERNAME_FORM_FIELD = "username"  # what the sign-in form posts
AXES_FAILURE_LIMIT = 8  # LIMIT: tries per account and address, then a pause
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the installation's log
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a pause has an end
AXES_LOCKOUT_CALLABLE = "registry.people.views.account.locked_out"

# The largest upload is a document; the intake of events has its own limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DOCUMENT_MAX_BYTES = 25 * 1024 * 1024
EVENTS_MAX_BYTES = 4 * 1024 * 1024
EVENTS_MAX_COUNT = 1000
# How long a number may be missing before the log itself declares the gap.
STREAM_GRACE_SECONDS = 60

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [ROOT / "static"]

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "probatum@localhost")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.people.api.ServiceKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["registry.people.api.Denied"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["governance.parsers.BoundedJSON"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.api.problem_details",
    "DEFAULT_PAGINATION_CLASS": "governance.api.Pages",
    "PAGE_SIZE": 50,
}

DJANGO_STRUCTLOG_CELERY_ENABLED = True
CELERY_BROKER_URL = env.text("BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,  # seconds
    # A broker that hangs must not hang the request that rings for a worker.
    "socket_connect_timeout": 3,
    "socket_timeout": 3,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
