"""Addresses of dossiers."""

from django.urls import path

from governance.dossiers import api, views

app_name = "dossiers"
urlpatterns = [
    path("dossiers/", views.all, name="all"),
    path("dossiers/verify.html", views.verify_page, name="verify_page"),
    path("dossiers/<uuid:pk>/", views.detail, name="detail"),
    path("dossiers/<uuid:pk>/progress/", views.progress, name="progress"),
    path("dossiers/<uuid:pk>/download/", views.download, name="download"),
    path("dossiers/<uuid:pk>/proof/", views.proof, name="proof"),
    path("systems/<uuid:pk>/dossiers/", views.list, name="list"),
    path("systems/<uuid:pk>/dossiers/request/", views.request, name="request"),
]
api_urlpatterns = [
    path(
        "systems/<uuid:pk>/dossiers", api.DossiersOfSystem.as_view(), name="of_system"
    ),
    path("dossiers/<uuid:pk>", api.OneDossier.as_view(), name="dossier"),
    path("dossiers/<uuid:pk>/file", api.DossierFile.as_view(), name="file"),
]
