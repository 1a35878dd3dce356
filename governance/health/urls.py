from django.urls import URLPattern, path

from governance.health import api, views

app_name = "health"

urlpatterns: list[URLPattern] = [
    path("health/", views.page, name="page"),
    path("health/faults/<uuid:pk>/", views.fault, name="fault"),
]
api_urlpatterns: list[URLPattern] = [
    path("health", api.OneHealth.as_view(), name="health"),
]
