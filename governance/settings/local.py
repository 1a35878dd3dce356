"""One machine: `make run`, with the embedded database and broker."""

from governance.settings import env
from governance.settings.base import *

SECRET_KEY = env.secret("SECRET_KEY")
IDEMPOTENCY_SECRET = env.secret("IDEMPOTENCY_SECRET")
PAYLOAD_KEK = env.secret("PAYLOAD_KEK")
DATABASES = {"default": env.database("DATABASE_URL")}
