from django.urls import path

from audits.events.api.events import post_events

app_name = "events"
urlpatterns = [
    path("events", post_events, name="post"),
]
