from django.urls import path

from audits.streams import api

app_name = "streams"
urlpatterns = [path("heartbeats", api.post_heartbeat, name="heartbeat")]
