"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.local")

application = get_wsgi_application()

# Django's apps are ready only now.
from governance.access.database import refuse_to_start  # noqa: E402

refuse_to_start(connection)

# What is loaded stays: the collector need not look through it again and again.
gc.collect()
gc.freeze()
