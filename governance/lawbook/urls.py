"""Addresses of the law itself."""

from django.urls import path

from governance.lawbook import api, views

app_name = "lawbook"
urlpatterns = [
    path("law/dates/", views.timeline, name="timeline"),
    path("law/time-limits/", views.deadlines, name="deadlines"),
    path("law/time-limits/<slug:limit_id>/", views.count, name="count"),
    path("law/changes/", views.changes, name="changes"),
    path("law/duties/", views.duties, name="duties"),
    path("systems/<uuid:pk>/classification/what-if/", views.whatif, name="whatif"),
]
api_urlpatterns = [
    path("law/changes", api.Changes.as_view(), name="changes"),
    path("law/definitions", api.Definitions.as_view(), name="definitions"),
    path("law/duties", api.DutiesOf.as_view(), name="duties"),
    path("law/whatif", api.WhatIfs.as_view(), name="whatif"),
    path("law/deadlines", api.Deadlines.as_view(), name="deadlines"),
    path("law/timeline", api.Timeline.as_view(), name="timeline"),
    path("law/questions/<slug:fact>", api.OneQuestion.as_view(), name="question"),
]
