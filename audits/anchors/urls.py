"""Addresses of the witness (c2sp.org/tlog-witness)."""

from django.urls import path

from audits.anchors import api

app_name = "witness"

urlpatterns = [
    path("add-checkpoint", api.add, name="add"),
    path("<str:origin_hash>/checkpoint", api.newest, name="newest"),
]
