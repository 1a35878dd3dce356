from django.urls import path

from registry.deployments import api, views

app_name = "deployments"
ONE = "systems/<uuid:pk>"
urlpatterns = [
    path(f"{ONE}/deployments/", views.of_system, name="of_system"),
    path(f"{ONE}/deployments/add/", views.add, name="add"),
    path(
        f"{ONE}/deployments/<uuid:deployment_id>/go-live/", views.start, name="go_live"
    ),
    path(f"{ONE}/deployments/periods/<uuid:period_id>/end/", views.end, name="end"),
    path(f"{ONE}/live/", views.live, name="live"),
]
api_urlpatterns = [
    path(f"{ONE}/deployments", api.Deployments.as_view(), name="deployments"),
    path(f"{ONE}/live", api.Live.as_view(), name="live"),
    path("deployments/<uuid:pk>/periods", api.Periods.as_view(), name="periods"),
    path(
        "deployments/<uuid:pk>/periods/<uuid:period_id>",
        api.OnePeriod.as_view(),
        name="period",
    ),
]
