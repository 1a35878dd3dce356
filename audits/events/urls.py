from django.urls import path

from audits.events import api

app_name = "events"
urlpatterns = [path("events", api.post_events, name="post")]
