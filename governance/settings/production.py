"""Production: own PostgreSQL and broker behind a TLS proxy.

The same code as everywhere. It refuses to start on a default secret or with
debugging on, rather than to run unsafely.
"""

from django.core.exceptions import ImproperlyConfigured

from governance.settings import env
from governance.settings.base import *

SECRET_KEY = env.secret("SECRET_KEY")
IDEMPOTENCY_SECRET = env.secret("IDEMPOTENCY_SECRET")
PAYLOAD_KEK = env.secret("PAYLOAD_KEK")
for _name in ("SECRET_KEY", "IDEMPOTENCY_SECRET", "PAYLOAD_KEK"):
    # LIMIT: 50 characters of which 20 differ is what Django's own check asks for.
    if len(globals()[_name]) < 50 or len(set(globals()[_name])) < 20:
        raise ImproperlyConfigured(
            f"{_name} is too short or too regular. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
if env.flag("DEBUG", default=False):
    raise ImproperlyConfigured(
        "DEBUG is on. Production settings never run with it: unset DEBUG."
    )
if not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        f"BASE_URL={BASE_URL!r} must start with https:// in production."
    )

DATABASES = {"default": env.database("DATABASE_URL")}
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
PROXY_HOPS = int(env.text("PROXY_HOPS", "1"))
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-probatum_session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-probatum_csrf"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
