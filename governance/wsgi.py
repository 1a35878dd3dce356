"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

from governance.access.database import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.local")

application = get_wsgi_application()
refuse_to_start(connection)
