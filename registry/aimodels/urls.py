from django.urls import path

from registry.aimodels import api
from registry.aimodels.views import models, versions

app_name = "aimodels"
ONE = "models/<uuid:pk>"
urlpatterns = [
    path("models/", models.list, name="list"),
    path("models/add/", models.add, name="add"),
    path(f"{ONE}/", models.detail, name="detail"),
    path(f"{ONE}/systems/add/", models.use, name="use"),
    path(f"{ONE}/versions/add/", versions.add_version, name="add_version"),
    path(f"{ONE}/versions/<uuid:version_id>/", versions.version, name="version"),
    path("systems/<uuid:pk>/models/", models.of_system, name="of_system"),
]
api_urlpatterns = [
    path("models", api.Models.as_view(), name="models"),
    path("models/<uuid:pk>", api.OneModel.as_view(), name="model"),
    path("models/<uuid:pk>/versions", api.Versions.as_view(), name="versions"),
]
