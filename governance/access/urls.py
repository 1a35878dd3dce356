from django.urls import URLPattern, path

from governance.access import views

app_name = "access"

urlpatterns: list[URLPattern] = [
    path("people/roles/<uuid:pk>/systems/", views.given, name="given"),
]
