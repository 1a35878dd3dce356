from django.urls import URLPattern, path

from governance.retention import api, views

app_name = "retention"

of_system = "systems/<uuid:pk>/retention/"
of_removal = "retention/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("retention/", views.report, name="report"),
    path(of_removal, views.removal, name="removal"),
    path(f"{of_removal}withdraw/", views.withdraw, name="withdraw"),
    path(of_system, views.system, name="system"),
    path(f"{of_system}duties/", views.add_duty, name="add_duty"),
    path(f"{of_system}duties/<int:duty_id>/", views.end, name="end_duty"),
    path(f"{of_system}holds/", views.add_hold, name="add_hold"),
    path(f"{of_system}holds/<int:hold_id>/", views.lift, name="lift_hold"),
]
api_urlpatterns: list[URLPattern] = [
    path("retention", api.RetentionReport.as_view(), name="report"),
    path(
        "systems/<uuid:system_id>/retention",
        api.RetentionOfSystem.as_view(),
        name="system",
    ),
]
