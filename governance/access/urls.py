from django.urls import URLPattern, path

from governance.access import views

app_name = "access"

urlpatterns: list[URLPattern] = [
    path("people/roles/<uuid:pk>/systems/", views.given, name="given"),
    path("sources/", views.sources, name="sources"),
    path("sources/<uuid:pk>/", views.source, name="source"),
    path("sources/<uuid:pk>/state/", views.source_state, name="source_state"),
    path("sources/keys/<str:prefix>/revoke/", views.revoke_key, name="revoke_key"),
]
