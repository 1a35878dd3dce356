from django.urls import path

from registry.documents import views

app_name = "documents"
urlpatterns = [
    path("systems/<uuid:pk>/documents/", views.list, name="list"),
    path("systems/<uuid:pk>/documents/upload/", views.upload, name="upload"),
    path("documents/<uuid:pk>/download/", views.download, name="download"),
]
