"""Addresses of predictions: their pages, their API, and the logs as files."""

from django.urls import path

from registry.predictions.api import coverage as coverage_api
from registry.predictions.api import disclosures, events, files
from registry.predictions.views import (
    coverage,
    disclosure,
    lists,
    oversight,
    prediction,
)

app_name = "predictions"

of_system = "systems/<uuid:pk>/predictions/"
of_prediction = f"{of_system}<uuid:event_id>/"
urlpatterns = [
    path("predictions/", lists.all_predictions, name="all"),
    path("oversight/", oversight.queue, name="queue"),
    path("systems/<uuid:pk>/oversight/", oversight.oversight, name="oversight"),
    path("systems/<uuid:pk>/trail/", lists.trail, name="trail"),
    path("trail/", lists.organisation_trail, name="organisation_trail"),
    path(of_system, lists.list_predictions, name="list"),
    path(f"{of_system}coverage/", coverage.log_coverage, name="coverage"),
    path(f"{of_system}figures/", lists.figures, name="figures"),
    path(of_prediction, prediction.detail, name="detail"),
    path(f"{of_prediction}review/", prediction.review, name="review"),
    path(f"{of_prediction}verify/", prediction.verify, name="verify"),
    path(f"{of_prediction}disclose/", disclosure.disclose_fields, name="disclose"),
    path(
        f"{of_prediction}disclosures/<int:idx>/",
        disclosure.download_disclosure,
        name="disclosure",
    ),
]
api_urlpatterns = [
    path("events/<uuid:event_id>", events.EventView.as_view(), name="event"),
    path("events/<uuid:event_id>/proof", events.ProofView.as_view(), name="proof"),
    path("events/<uuid:event_id>/bundle", events.BundleView.as_view(), name="bundle"),
    path(
        "events/<uuid:event_id>/disclosures",
        disclosures.DisclosuresView.as_view(),
        name="disclosures",
    ),
    path(
        "events/<uuid:event_id>/disclosures/<int:idx>",
        disclosures.DisclosureView.as_view(),
        name="disclosure",
    ),
    path(
        "systems/<uuid:system_id>/events",
        events.SystemEventsView.as_view(),
        name="of_system",
    ),
    path(
        "systems/<uuid:system_id>/coverage",
        coverage_api.CoverageView.as_view(),
        name="coverage",
    ),
]
log_urlpatterns = [
    path("<path:origin>/checkpoint", files.CheckpointView.as_view(), name="checkpoint"),
    path(
        "<path:origin>/rotations.json", files.RotationsView.as_view(), name="rotations"
    ),
    path("<path:origin>/tile/<path:tile>", files.TileView.as_view(), name="tile"),
]
