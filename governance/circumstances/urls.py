from django.urls import path

from governance.circumstances import api, views

app_name = "circumstances"
OF_SYSTEM = "systems/<uuid:pk>/circumstances"
OF_OPERATOR = "operators/<uuid:pk>/circumstances"
urlpatterns = [
    path(f"{OF_SYSTEM}/", views.of_system, name="of_system"),
    path(
        f"{OF_SYSTEM}/<uuid:operator_id>/<slug:flag>/", views.state_here, name="state"
    ),
    path(f"{OF_OPERATOR}/", views.of_operator, name="of_operator"),
    path(f"{OF_OPERATOR}/<slug:flag>/", views.state_everywhere, name="everywhere"),
]
api_urlpatterns = [
    path(OF_SYSTEM, api.OfSystem.as_view(), name="of_system"),
    path(OF_OPERATOR, api.OfOperator.as_view(), name="of_operator"),
    path("systems/<uuid:pk>/acting", api.ActingOn.as_view(), name="acting"),
]
