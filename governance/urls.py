"""Every address of Probatum; each room brings its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("audits.events.urls")),
    path("api/v1/", include("audits.oversight.urls")),
]
