"""The baseline of single events: a bare Django view that inserts one row."""

import os
import uuid
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

url = urlsplit(os.environ["BARE_DATABASE_URL"])
settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": url.username,
            "PASSWORD": unquote(url.password or ""),
            "HOST": parse_qs(url.query).get("host", [url.hostname])[0],
            "CONN_MAX_AGE": None,
        }
    },
)


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare (id, body) VALUES (%s, %s)", [uuid.uuid4(), request.body]
        )
    return HttpResponse(status=201)


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("insert", insert), path("readyz", health)]
application = get_wsgi_application()
