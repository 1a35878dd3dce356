"""Addresses of the calendar. Its pages stand in the space of duties."""

from django.urls import path

from governance.calendar import api, views

urlpatterns = [
    path("obligations/calendar/", views.calendar, name="calendar"),
    path("obligations/calendar/feed/", views.make, name="make_feed"),
    path("obligations/calendar/feed/end/", views.end, name="end_feed"),
]
api_urlpatterns = [
    path("obligations/calendar.ics", api.Feed.as_view(), name="feed"),
]
