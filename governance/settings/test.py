"""Tests: fixed secrets, quick hashing; the database comes from conftest.py."""

from pathlib import Path

from governance.settings import env
from governance.settings.base import *

SECRET_KEY = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
PAYLOAD_KEK = "only-for-tests-kek-" + "0123456789abcdefghijklmnopqrstuvwxyz"
# What a test has not committed, no other process can see: it is signed in the test's.
SIGNER_SOCKET = env.text("TEST_SIGNER_SOCKET", "")
SIGNER_DIR = Path(env.text("SIGNER_DIR", str(VAR_DIR / "signer")))
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
