"""The address of starting a clock, in the space of duties."""

from django.urls import path

from governance.clocks import views

urlpatterns = [
    path(
        "systems/<uuid:pk>/duties/<uuid:obligation_id>/deadline/",
        views.start,
        name="deadline",
    ),
]
