"""Addresses of predictions: their pages, their API, and the logs as files."""

from django.urls import path

from registry.predictions.api import events, files

app_name = "predictions"

api_urlpatterns = [
    path("events/<uuid:event_id>", events.EventView.as_view(), name="event"),
    path("events/<uuid:event_id>/proof", events.ProofView.as_view(), name="proof"),
    path("events/<uuid:event_id>/bundle", events.BundleView.as_view(), name="bundle"),
    path(
        "systems/<uuid:system_id>/events",
        events.SystemEventsView.as_view(),
        name="of_system",
    ),
]
log_urlpatterns = [
    path("<path:origin>/checkpoint", files.CheckpointView.as_view(), name="checkpoint"),
    path("<path:origin>/tile/<path:tile>", files.TileView.as_view(), name="tile"),
]
urlpatterns: list[object] = []
