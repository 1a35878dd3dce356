"""Addresses of erasures: their pages below a system, and their API."""

from django.urls import path

from registry.erasures import api, views

app_name = "erasures"
ALL = "systems/<uuid:pk>/erasures/"
ONE = f"{ALL}<uuid:erasure_id>/"
urlpatterns = [
    path(ALL, views.of_system, name="of_system"),
    path(f"{ALL}add/", views.add, name="add"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}erase/", views.erase_it, name="erase"),
    path(f"{ONE}keep/", views.keep_it, name="keep"),
    path(f"{ONE}proof/", views.proof, name="proof"),
]
api_urlpatterns = [
    path("erasures", api.Erasures.as_view(), name="erasures"),
    path("erasures/<uuid:erasure_id>", api.OneErasure.as_view(), name="erasure"),
]
