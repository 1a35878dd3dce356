from django.urls import path

from governance.value_chain import api, views

app_name = "value_chain"
TAB = "systems/<uuid:pk>/value-chain"
urlpatterns = [
    path("value-chain/roles/", views.roles, name="roles"),
    path(f"{TAB}/stated/<uuid:role_id>/", views.stated, name="stated"),
    path(f"{TAB}/", views.of_system, name="of_system"),
    path(f"{TAB}/<slug:kind>/<uuid:occasion_id>/", views.answer, name="answer"),
]
api_urlpatterns = [
    path(TAB, api.Alarms.as_view(), name="alarms"),
    path(f"{TAB}/answers", api.Answers.as_view(), name="answers"),
]
