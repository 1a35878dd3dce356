"""Every address of Probatum; each room brings its own."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from governance.home.views import healthz
from registry.people.urls import account_urlpatterns
from registry.predictions import urls as predictions

schema = login_not_required(SpectacularAPIView.as_view())
docs = login_not_required(
    SpectacularSwaggerSplitView.as_view(
        template_name="governance/api/docs.html", url_name="schema"
    )
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/schema", schema, name="schema"),
    path("api/", docs, name="api"),
    path("api/v1/", include("audits.events.urls")),
    path("api/v1/", include("audits.oversight.urls")),
    path("api/v1/", include((predictions.api_urlpatterns, "events_api"))),
    path("log/", include((predictions.log_urlpatterns, "log"))),
    path("", include("governance.home.urls")),
    path("", include(account_urlpatterns)),
    path("", include("registry.people.urls")),
    path("", include("governance.access.urls")),
]
