from django.urls import path

from governance.documentation import api, views

app_name = "documentation"
TAB = "systems/<uuid:pk>/documentation"
LEAF = f"{TAB}/<uuid:version_id>/<slug:leaf>"
urlpatterns = [
    path(f"{TAB}/", views.overview, name="overview"),
    path(f"{TAB}/<uuid:version_id>/copy/", views.copy, name="copy"),
    path(f"{LEAF}/", views.leaf, name="leaf"),
    path(f"{LEAF}/approve/", views.approve, name="approve"),
]
api_urlpatterns = [path(LEAF, api.LeafText.as_view(), name="leaf")]
