"""Addresses of changes of the law."""

from django.urls import path

from governance.law_changes import views

app_name = "law_changes"
urlpatterns = [
    path("law/moves/", views.moves, name="moves"),
    path("law/moves/progress/", views.progress, name="progress"),
    path("law/moves/start/", views.start, name="start"),
    path(
        "systems/<uuid:pk>/classification/law-change/",
        views.of_system,
        name="of_system",
    ),
]
