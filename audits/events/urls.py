from django.urls import path

from audits.events.api.events import post_events
from audits.events.api.otlp import post_logs, post_traces

app_name = "events"
urlpatterns = [
    path("events", post_events, name="post"),
    path("otlp/v1/traces", post_traces, name="traces"),
    path("otlp/v1/logs", post_logs, name="logs"),
]
