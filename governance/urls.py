"""Every address of Probatum; each room brings its own."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from governance.home.views import healthz
from registry.operators import urls as operators
from registry.people.urls import account_urlpatterns
from registry.predictions import urls as predictions
from registry.systems import urls as systems

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
    path("api/v1/", include((operators.api_urlpatterns, "operators_api"))),
    path("api/v1/", include((systems.api_urlpatterns, "systems_api"))),
    path("api/v1/", include((predictions.api_urlpatterns, "events_api"))),
    path("log/", include((predictions.log_urlpatterns, "log"))),
    path("", include("governance.home.urls")),
    path("", include("registry.operators.urls")),
    path("", include("registry.systems.urls")),
    path("", include("registry.predictions.urls")),
    path("", include(account_urlpatterns)),
    path("", include("registry.people.urls")),
    path("", include("governance.access.urls")),
    path("admin/", admin.site.urls),
]
