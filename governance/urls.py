"""Every address of Probatum; each room brings its own."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from governance.calendar import urls as calendar
from governance.circumstances import urls as circumstances
from governance.classification import urls as classification
from governance.clocks import urls as clocks
from governance.derogation import urls as derogation
from governance.documentation import urls as documentation
from governance.dossiers import urls as dossiers
from governance.fria import urls as fria
from governance.health import urls as health
from governance.health.views import healthz, readyz
from governance.lawbook import urls as lawbook
from governance.obligations import urls as obligations
from governance.registration import urls as registration
from governance.retention import urls as retention
from governance.value_chain import urls as value_chain
from registry.aimodels import urls as aimodels
from registry.datasets import urls as datasets
from registry.deployments import urls as deployments
from registry.erasures import urls as erasures
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

handler400 = "governance.api.bad_request"
handler404 = "governance.api.not_found"
handler500 = "governance.api.failed"

# Several rooms, one space of names: what belongs to duties.
DUTIES = (
    [*obligations.urlpatterns, *calendar.urlpatterns, *clocks.urlpatterns],
    "obligations",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/schema", schema, name="schema"),
    path("api/", docs, name="api"),
    path("api/v1/", include("audits.events.urls")),
    path("api/v1/", include("audits.oversight.urls")),
    path("api/v1/", include("audits.streams.urls")),
    path("api/v1/", include((operators.api_urlpatterns, "operators_api"))),
    path("api/v1/", include((systems.api_urlpatterns, "systems_api"))),
    path("api/v1/", include((deployments.api_urlpatterns, "deployments_api"))),
    path("api/v1/", include((aimodels.api_urlpatterns, "aimodels_api"))),
    path("api/v1/", include((datasets.api_urlpatterns, "datasets_api"))),
    path("api/v1/", include((predictions.api_urlpatterns, "events_api"))),
    path("api/v1/", include((erasures.api_urlpatterns, "erasures_api"))),
    path("api/v1/", include((dossiers.api_urlpatterns, "dossiers_api"))),
    path("api/v1/", include((circumstances.api_urlpatterns, "circumstances_api"))),
    path("api/v1/", include((classification.api_urlpatterns, "classification_api"))),
    path("api/v1/", include((value_chain.api_urlpatterns, "value_chain_api"))),
    path("api/v1/", include((lawbook.api_urlpatterns, "lawbook_api"))),
    path("api/v1/", include((documentation.api_urlpatterns, "documentation_api"))),
    path("api/v1/", include((fria.api_urlpatterns, "fria_api"))),
    path("api/v1/", include((derogation.api_urlpatterns, "derogation_api"))),
    path("api/v1/", include((registration.api_urlpatterns, "registration_api"))),
    path("api/v1/", include((obligations.api_urlpatterns, "obligations_api"))),
    path("api/v1/", include((calendar.api_urlpatterns, "calendar_api"))),
    path("api/v1/", include((health.api_urlpatterns, "health_api"))),
    path("api/v1/", include((retention.api_urlpatterns, "retention_api"))),
    path("witness/", include("audits.anchors.urls")),
    path("log/", include((predictions.log_urlpatterns, "log"))),
    path("", include("governance.home.urls")),
    path("", include("governance.health.urls")),
    path("", include("governance.retention.urls")),
    path("", include("governance.circumstances.urls")),
    path("", include("governance.law_changes.urls")),
    path("", include("governance.lawbook.urls")),
    path("", include("governance.classification.urls")),
    path("", include("governance.value_chain.urls")),
    path("", include("governance.registration.urls")),
    path("", include("governance.documentation.urls")),
    path("", include(DUTIES)),
    path("", include("governance.dossiers.urls")),
    path("", include("governance.fria.urls")),
    path("", include("governance.derogation.urls")),
    path("", include("registry.operators.urls")),
    path("", include("registry.systems.urls")),
    path("", include("registry.documents.urls")),
    path("", include("registry.deployments.urls")),
    path("", include("registry.aimodels.urls")),
    path("", include("registry.datasets.urls")),
    path("", include("registry.predictions.urls")),
    path("", include("registry.erasures.urls")),
    path("", include(account_urlpatterns)),
    path("", include("registry.people.urls")),
    path("", include("governance.access.urls")),
    path("admin/", admin.site.urls),
]
