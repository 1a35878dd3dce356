"""Tests: fixed secrets, quick hashing; the database comes from conftest.py."""

from governance.settings import env
from governance.settings.base import *

SECRET_KEY = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
LOG_MASTER_SECRET = "only-for-tests-log-" + "0123456789abcdefghijklmnopqrstuvwxyz"
PAYLOAD_KEK = "only-for-tests-kek-" + "0123456789abcdefghijklmnopqrstuvwxyz"
IDEMPOTENCY_SECRET = "only-for-tests-idem-" + "0123456789abcdefghijklmnopqrstuvwxyz"
DATABASES = {
    "default": env.database("DATABASE_URL", "postgresql://nobody@localhost/nowhere")
}
# Argon2 at full cost would take most of the test time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = False
ALLOWED_HOSTS = ["*"]
BASE_URL = "http://testserver"
