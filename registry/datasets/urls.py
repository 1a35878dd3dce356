from django.urls import path

from registry.datasets import api, views

app_name = "datasets"
ONE = "datasets/<uuid:pk>"
urlpatterns = [
    path("datasets/", views.list, name="list"),
    path("datasets/add/", views.add, name="add"),
    path(f"{ONE}/", views.detail, name="detail"),
    path(f"{ONE}/systems/add/", views.use, name="use"),
    path(f"{ONE}/versions/add/", views.add_version, name="add_version"),
    path(f"{ONE}/versions/<uuid:version_id>/", views.version, name="version"),
    path("systems/<uuid:pk>/data/", views.of_system, name="of_system"),
]
api_urlpatterns = [
    path("datasets", api.Datasets.as_view(), name="datasets"),
    path("datasets/<uuid:pk>", api.OneDataset.as_view(), name="dataset"),
    path("datasets/<uuid:pk>/versions", api.Versions.as_view(), name="versions"),
]
